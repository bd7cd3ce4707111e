import { qualifiedName } from '../discovery/resource.ts'
import { Columns } from '../printers/columns.ts'
import { type TableOptions, type TableRow, headerCells, rowCells } from '../printers/table.ts'
import { type Gathered, tableOf } from './gather.ts'

/** How tables are shown. */
export interface TablesOptions extends Omit<TableOptions, 'kindPrefix' | 'withNamespace'> {
  readonly allNamespaces: boolean
  readonly noHeaders: boolean
  /** Types before names: asked for, or needed because there are several. */
  readonly showKind: boolean
  /** Puts rows in order. */
  readonly sort: (rows: readonly TableRow[]) => readonly TableRow[]
}

/** Tables one below the other, those of one resource joined; '' when there is no row. */
export function printTables(found: readonly Gathered[], options: TablesOptions): string {
  return runs(found)
    .map((run) => printRun(run, options))
    .filter((text) => text !== '')
    .join('\n')
}

/** Answers that follow each other and are of one resource. */
function runs(found: readonly Gathered[]): Gathered[][] {
  const groups: Gathered[][] = []
  for (const one of found) {
    const last = groups.at(-1)
    if (last?.[0] && qualifiedName(last[0].wanted.resource) === qualifiedName(one.wanted.resource))
      last.push(one)
    else groups.push([one])
  }
  return groups
}

function printRun(run: readonly Gathered[], options: TablesOptions): string {
  const { wanted, value } = run[0] as Gathered
  const columns = tableOf(value).columnDefinitions ?? []
  const rows = options.sort(run.flatMap((one) => tableOf(one.value).rows ?? []))
  if (rows.length === 0) return ''
  const { group, singular, kind, namespaced } = wanted.resource
  const type = `${singular || kind.toLowerCase()}${group === '' ? '' : `.${group}`}`
  const own = {
    ...options,
    withNamespace: options.allNamespaces && namespaced,
    kindPrefix: options.showKind ? `${type}/` : '',
  }
  const head = options.noHeaders ? [] : [headerCells(columns, own)]
  return new Columns().format([...head, ...rows.map((row) => rowCells(columns, row, own))])
}
