import type { TableRow } from '../printers/table.ts'

/** Leaves rows as the server gave them. */
export const asGiven = (rows: readonly TableRow[]) => rows
