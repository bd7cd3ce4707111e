import type { Json } from '#schema/object'
import { KubectlError } from '../fault.ts'
import { goText } from '../jsonpath/go-text.ts'
import { JsonPathTemplate, inBraces } from '../jsonpath/template.ts'
import type { ObjectPrinter } from './choose.ts'
import { Columns } from './columns.ts'
import { listItems } from './list-items.ts'

interface CustomColumn {
  readonly header: string
  readonly path: JsonPathTemplate
}

/** Reads `NAME:.metadata.name,IMAGE:.spec.containers[*].image`. @throws KubectlError in upstream's words. */
export function columnsFromSpec(spec: string): CustomColumn[] {
  if (spec === '') throw new KubectlError('custom-columns format specified but no custom columns given')
  return spec.split(',').map((word) => {
    const at = word.indexOf(':')
    if (at < 0)
      throw new KubectlError(`unexpected custom-columns spec: ${word}, expected <header>:<json-path-expr>`)
    return { header: word.slice(0, at), path: pathOf(word.slice(at + 1)) }
  })
}

/** Reads two lines: headers, and below them the paths. @throws KubectlError */
export function columnsFromTemplate(text: string): CustomColumn[] {
  const [headers = '', paths] = text.split('\n')
  if (paths === undefined)
    throw new KubectlError(
      'invalid template, missing spec line. Expected format is one line of space separated column headers, one line of space separated column specs',
    )
  const [names, specs] = [headers, paths].map((line) => line.trim().split(/\s+/)) as [string[], string[]]
  if (names.length !== specs.length)
    throw new KubectlError(
      `number of headers (${names.length}) and field specifications (${specs.length}) don't match`,
    )
  return names.map((header, i) => ({ header, path: pathOf(specs[i] as string) }))
}

const pathOf = (text: string) => new JsonPathTemplate(inBraces(text), true)

/** Prints objects as a table of the user's own columns; the head once. */
export function customColumns(columns: readonly CustomColumn[], noHeaders: boolean): ObjectPrinter {
  const layout = new Columns()
  let isHeadDue = !noHeaders
  return (object) => {
    const rows = (listItems(object) ?? [object]).map((one) =>
      columns.map(({ path }) => cellText(path.values(one))),
    )
    const head = isHeadDue ? [columns.map(({ header }) => header)] : []
    isHeadDue = false
    return layout.format([...head, ...rows])
  }
}

const cellText = (values: readonly Json[]) => (values.length === 0 ? '<none>' : values.map(goText).join(','))
