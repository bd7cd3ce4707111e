import type { Measured, Row } from './row.ts'

/** A row with what came of it. */
export interface Result {
  readonly row: Row
  readonly ours: Measured
  readonly floor: Measured | undefined
}

const head = [
  'row',
  'floor',
  'ours',
  'floor',
  'unit',
  'ratio',
  'p50 ms',
  'p99 ms',
  'floor p50',
  'floor p99',
  'CPU us',
  'floor CPU',
  'errors',
]
/** Columns of words; numbers stand to the right. */
const words = new Set([0, 1, 4])

const digits = (value: number | undefined) =>
  value === undefined ? '-' : value >= 100 ? value.toFixed(0) : value.toPrecision(3)

function cells({ row, ours, floor }: Result): string[] {
  const numbers = [ours.p50Ms, ours.p99Ms, floor?.p50Ms, floor?.p99Ms, ours.cpuMicros, floor?.cpuMicros]
  return [
    row.name,
    row.floorName,
    digits(ours.value),
    digits(floor?.value),
    row.unit ?? '/s',
    floor === undefined ? '-' : (ours.value / floor.value).toFixed(2),
    ...numbers.map(digits),
    String(ours.errors ?? 0),
  ]
}

/** The table as text, its columns aligned. */
export function tableOf(results: readonly Result[]): string {
  const lines = [head, ...results.map(cells)]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] as string).length)))
  const aligned = lines.map((line) =>
    line.map((cell, i) =>
      words.has(i) ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number),
    ),
  )
  return aligned.map((line) => `${line.join('  ').trimEnd()}\n`).join('')
}
