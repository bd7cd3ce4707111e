import type { Json } from '#schema/object'
import { toYaml } from '#schema/to-yaml'
import { KubectlError } from '../fault.ts'
import { toPrettyJson } from './json.ts'
import { toName } from './name.ts'

/** Turns an object (or a List of objects) into what goes to standard output. */
export type ObjectPrinter = (object: Json) => string

/** What chooses a printer. */
export interface PrinterChoice {
  /** The value of `-o`: `json`, `yaml`, `name`. */
  readonly output: string
  /** What a command calls what it did, shown by `name`: `created`. */
  readonly done?: string
}

const formats: Readonly<Record<string, (choice: PrinterChoice) => ObjectPrinter>> = {
  json: () => (object) => toPrettyJson(object),
  yaml: () => documents(),
  name:
    ({ done }) =>
    (object) =>
      toName(object, done),
}

/** The printer of an output format. @throws KubectlError naming the formats there are. */
export function choosePrinter(choice: PrinterChoice, alsoAllowed: readonly string[] = []): ObjectPrinter {
  const make = formats[choice.output]
  if (make) return make(choice)
  const allowed = [...Object.keys(formats), ...alsoAllowed].sort().join(',')
  throw new KubectlError(
    `unable to match a printer suitable for the output format ${JSON.stringify(choice.output)}, allowed formats are: ${allowed}`,
  )
}

/** Writes each object as a YAML document, with a line between two. */
function documents(): ObjectPrinter {
  let isFirst = true
  return (object) => {
    const text = `${isFirst ? '' : '---\n'}${toYaml(object)}`
    isFirst = false
    return text
  }
}
