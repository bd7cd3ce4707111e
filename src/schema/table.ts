import type { KubeObject } from './object.ts'
import { type PartialObjectMetadata, toPartialMetadata } from './partial-metadata.ts'

type CellValue = string | number | boolean | null

/** One column, as meta/v1 TableColumnDefinition. */
export interface ColumnDefinition {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  readonly priority: number
}

/** What is special about a row, as meta/v1 TableRowCondition. */
export interface RowCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

/** One row, as meta/v1 TableRow. */
export interface TableRow {
  readonly cells: readonly CellValue[]
  readonly conditions?: readonly RowCondition[]
  readonly object: KubeObject | PartialObjectMetadata | null
}

/** meta/v1 ListMeta, in upstream's field order. */
export interface TableMeta {
  readonly resourceVersion?: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

/** meta/v1 Table, in upstream's field order. */
export interface Table {
  readonly kind: 'Table'
  readonly apiVersion: 'meta.k8s.io/v1'
  readonly metadata: TableMeta
  readonly columnDefinitions: readonly ColumnDefinition[]
  readonly rows: readonly TableRow[]
}

/** What a kind tells of its table; a KindDef fits. */
export interface TableSource {
  readonly columns: readonly {
    readonly name: string
    readonly type: string
    readonly format: string
    readonly priority: number
    readonly description?: string
  }[]
  readonly cells: Readonly<Record<string, (object: KubeObject, now: number) => CellValue>>
  rowConditions?(object: KubeObject): readonly RowCondition[]
}

/** How a table is made. */
export interface TableOptions {
  /** Wall clock, milliseconds. */
  readonly now: number
  /** How much of its object each row carries. */
  readonly include: 'None' | 'Metadata' | 'Object'
  readonly meta?: TableMeta
}

/** The table that `get` shows for objects of a kind. */
export function toTable(source: TableSource, objects: readonly KubeObject[], options: TableOptions): Table {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.meta ?? {},
    columnDefinitions: columnDefinitions(source),
    rows: objects.map((object) => toRow(source, object, options)),
  }
}

/** The columns of a kind's table. */
export const columnDefinitions = ({ columns }: TableSource): ColumnDefinition[] =>
  columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format,
    description: description ?? '',
    priority,
  }))

function toRow(source: TableSource, object: KubeObject, { now, include }: TableOptions): TableRow {
  const conditions = source.rowConditions?.(object) ?? []
  return {
    cells: source.columns.map(({ name }) => source.cells[name]?.(object, now) ?? null),
    ...(conditions.length > 0 && { conditions }),
    object: include === 'None' ? null : include === 'Object' ? object : toPartialMetadata(object),
  }
}
