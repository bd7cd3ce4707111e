import type { KubeObject } from '#schema/object'

/** A column of a server's table. */
export interface TableColumn {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly priority: number
}

/** A row of a server's table, with the object it stands for. */
export interface TableRow {
  readonly cells: readonly unknown[]
  readonly object?: KubeObject
}

/** meta/v1 Table. */
export interface Table {
  readonly kind: 'Table'
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string }
  readonly columnDefinitions?: readonly TableColumn[]
  readonly rows?: readonly TableRow[]
}

/** Which columns to show beside those of the server. */
export interface TableOptions {
  readonly isWide: boolean
  readonly withNamespace: boolean
  readonly showLabels: boolean
  readonly labelColumns: readonly string[]
  /** `pod/` before each name. */
  readonly kindPrefix: string
}

/** True for an answer in table form. */
export const isTable = (value: unknown): value is Table =>
  (value as { kind?: string } | null)?.kind === 'Table'

/** The head of a table. */
export function headerCells(columns: readonly TableColumn[], options: TableOptions): string[] {
  return [
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    ...columns.filter((column) => isShown(column, options)).map(({ name }) => name.toUpperCase()),
    ...options.labelColumns.map((label) => (label.split('/').at(-1) as string).toUpperCase()),
    ...(options.showLabels ? ['LABELS'] : []),
  ]
}

/** A row as its cells' texts. */
export function rowCells(columns: readonly TableColumn[], row: TableRow, options: TableOptions): string[] {
  const { namespace = '', labels = {} } = row.object?.metadata ?? {}
  return [
    ...(options.withNamespace ? [namespace] : []),
    ...columns.flatMap((column, i) =>
      isShown(column, options) ? [cellText(column, row.cells[i], options)] : [],
    ),
    ...options.labelColumns.map((label) => labels[label] ?? ''),
    ...(options.showLabels ? [labelText(labels)] : []),
  ]
}

const isShown = ({ priority }: TableColumn, { isWide }: TableOptions) => isWide || (priority ?? 0) === 0

function cellText(column: TableColumn, cell: unknown, { kindPrefix }: TableOptions): string {
  const text =
    cell === null || cell === undefined ? '<none>' : typeof cell === 'string' ? oneLine(cell) : plain(cell)
  return column.format === 'name' ? `${kindPrefix}${text}` : text
}

/** A cell of several lines shows the first of them. */
function oneLine(text: string): string {
  const end = text.search(/[\n\r\f]/)
  return end < 0 ? text : `${text.slice(0, end)}...`
}

const plain = (cell: unknown) =>
  typeof cell === 'object' ? JSON.stringify(cell) : `${cell as number | boolean}`

/** `a=1,b=2` in the order of keys, or `<none>`. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return pairs.length === 0 ? '<none>' : pairs.map(([key, value]) => `${key}=${value}`).join(',')
}
