import { readFileSync } from 'node:fs'
import type { Json } from '#schema/object'
import { toYaml } from '#schema/to-yaml'
import { KubectlError } from '../fault.ts'
import { JsonPathTemplate } from '../jsonpath/template.ts'
import { columnsFromSpec, columnsFromTemplate, customColumns } from './custom-columns.ts'
import { toPrettyJson } from './json.ts'
import { toName } from './name.ts'

/** Turns an object (or a List of objects) into what goes to standard output. */
export type ObjectPrinter = (object: Json) => string

/** What chooses a printer. */
export interface PrinterChoice {
  /** The value of `-o`: `json`, `yaml`, `name`, `jsonpath={.kind}`. */
  readonly output: string
  /** The value of --template, for formats that name none themselves. */
  readonly template?: string
  /** False: a missing field is an error. */
  readonly allowMissing?: boolean
  readonly noHeaders?: boolean
  /** What a command calls what it did, shown by `name`: `created`. */
  readonly done?: string
}

/** What stands behind the `=` of a format, or in --template. */
type Make = (argument: string, choice: PrinterChoice) => ObjectPrinter

const formats: Readonly<Record<string, Make>> = {
  'custom-columns': (spec, { noHeaders = false }) => customColumns(columnsFromSpec(spec), noHeaders),
  'custom-columns-file': (file, { noHeaders = false }) =>
    customColumns(columnsFromTemplate(read(file)), noHeaders),
  json: () => (object) => toPrettyJson(object),
  jsonpath: (text, choice) => jsonPath(text, choice),
  'jsonpath-as-json': (text, choice) => {
    const template = templateOf(text, choice)
    return (object) => toPrettyJson(template.values(object))
  },
  'jsonpath-file': (file, choice) => jsonPath(read(file), choice),
  name:
    (_, { done }) =>
    (object) =>
      toName(object, done),
  yaml: () => documents(),
}

const ofLists = ['custom-columns', 'custom-columns-file']

/** The printer of an output format. @throws KubectlError naming the formats there are. */
export function choosePrinter(choice: PrinterChoice, alsoAllowed: readonly string[] = []): ObjectPrinter {
  const at = choice.output.indexOf('=')
  const name = at < 0 ? choice.output : choice.output.slice(0, at)
  const argument = at < 0 ? (choice.template ?? '') : choice.output.slice(at + 1)
  const isAllowed = alsoAllowed.length > 0 || !ofLists.includes(name)
  const make = isAllowed ? formats[name] : undefined
  if (make) return make(argument, choice)
  const known = Object.keys(formats).filter((one) => alsoAllowed.length > 0 || !ofLists.includes(one))
  const allowed = [...known, ...alsoAllowed].sort().join(',')
  throw new KubectlError(
    `unable to match a printer suitable for the output format ${JSON.stringify(choice.output)}, allowed formats are: ${allowed}`,
  )
}

function jsonPath(text: string, choice: PrinterChoice): ObjectPrinter {
  const template = templateOf(text, choice)
  return (object) => template.render(object)
}

function templateOf(text: string, { allowMissing = true }: PrinterChoice): JsonPathTemplate {
  if (text === '') throw new KubectlError('template format specified but no template given')
  return new JsonPathTemplate(text, allowMissing)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const words = code === 'ENOENT' ? 'no such file or directory' : message
    throw new KubectlError(`error reading template ${file}, open ${file}: ${words}`)
  }
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
