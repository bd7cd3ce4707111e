// Measures what we do beside its floor, prints a table and appends a line to bench/history.jsonl.
// Usage: node bench/main.ts [part of a row's name] [--seconds=3] [--no-history]
import { appendFileSync, readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { Measured, Row } from './row.ts'

const options = process.argv.slice(2)
const seconds = Number(options.find((one) => one.startsWith('--seconds='))?.slice(10) ?? 3)
const wanted = options.find((one) => !one.startsWith('--')) ?? ''

async function readRows(): Promise<Row[]> {
  const folder = join(import.meta.dirname, 'rows')
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const modules = await Promise.all(
    files.map((file) => import(join(folder, file)) as Promise<{ rows: Row[] }>),
  )
  return modules.flatMap(({ rows }) => rows).filter(({ name }) => name.includes(wanted))
}

interface Result {
  readonly name: string
  readonly floorName: string
  readonly ours: Measured
  readonly floor: Measured
}

/** Floor and ours by turns, so that a slow minute of the machine hits both; the better half of each counts. */
async function runRow(row: Row): Promise<Result> {
  const ours: Measured[] = []
  const floor: Measured[] = []
  for (let turn = 0; turn < 2; turn++) {
    floor.push(await row.floor(seconds / 2))
    ours.push(await row.ours(seconds / 2))
  }
  const best = (all: Measured[]) => all.reduce((a, b) => (a.perSecond > b.perSecond ? a : b))
  return { name: row.name, floorName: row.floorName, ours: best(ours), floor: best(floor) }
}

const digits = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

function cells({ name, floorName, ours, floor }: Result): string[] {
  const numbers = [ours.perSecond, floor.perSecond].map(digits)
  const ratio = (ours.perSecond / floor.perSecond).toFixed(2)
  const times = [ours.p50Ms, ours.p99Ms, floor.p50Ms, floor.p99Ms].map(digits)
  return [name, floorName, ...numbers, ratio, ...times]
}

const head = ['row', 'floor', 'ours/s', 'floor/s', 'ratio', 'p50 ms', 'p99 ms', 'floor p50', 'floor p99']

function print(results: readonly Result[]): void {
  const table = [head, ...results.map(cells)]
  const widths = head.map((_, column) => Math.max(...table.map((line) => (line[column] as string).length)))
  for (const line of table) {
    const padded = line.map((cell, i) =>
      i < 2 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number),
    )
    process.stdout.write(`${padded.join('  ')}\n`)
  }
}

const results: Result[] = []
for (const row of await readRows()) results.push(await runRow(row))
print(results)
if (!options.includes('--no-history')) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }
  const line = { at: new Date().toISOString(), machine, seconds, results }
  appendFileSync(join(import.meta.dirname, 'history.jsonl'), `${JSON.stringify(line)}\n`)
}
