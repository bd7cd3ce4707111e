// Measures what we do beside its floor, prints a table and appends a line to bench/history.jsonl: npm run bench -- --help
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { Bench } from './bench.ts'
import { helpText, type Options, readOptions } from './options.ts'
import type { Measured, Row } from './row.ts'
import { rows as api } from './rows/api.ts'
import { rows as owners } from './rows/owners.ts'
import { lastRows, rows as process_ } from './rows/process.ts'
import { rows as store } from './rows/store.ts'
import { rows as watch } from './rows/watch.ts'
import { startOurs, type Subject } from './subject.ts'
import { type Result, tableOf } from './table.ts'

/** The server that is measured. */
async function started({ server, token }: Options): Promise<Subject> {
  if (server === undefined) return startOurs()
  const { hostname, port } = new URL(server)
  const target = { host: hostname, port: Number(port || 443), token }
  return { target, pid: undefined, startMs: 0, async stop() {} }
}

const turns = 2

/** Floor and ours by turns, so that a slow minute of the machine hits both; the better turn of each counts. */
async function runRow(bench: Bench, row: Row, seconds: number): Promise<Result> {
  const ours: Measured[] = []
  const floor: Measured[] = []
  for (let turn = 0; turn < turns; turn++) {
    if (row.floor) floor.push(await row.floor(bench, seconds / turns))
    ours.push(await row.ours(bench, seconds / turns))
  }
  return { row, ours: best(row, ours) as Measured, floor: best(row, floor) }
}

function best({ unit }: Row, all: readonly Measured[]): Measured | undefined {
  const sorted = all.toSorted((a, b) => a.value - b.value)
  return unit === undefined ? sorted.at(-1) : sorted[0]
}

/** The commit that is measured; undefined in a tree that is no clone. */
function commit(): string | undefined {
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  return git.status === 0 ? git.stdout.trim() : undefined
}

function remember(results: readonly Result[], { seconds, pods, server }: Options): void {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }
  const rows = results.map(({ row, ours, floor }) => ({
    name: row.name,
    floorName: row.floorName,
    ours,
    floor,
  }))
  const line = { at: new Date().toISOString(), commit: commit(), machine, seconds, pods, server, rows }
  appendFileSync(join(import.meta.dirname, 'history.jsonl'), `${JSON.stringify(line)}\n`)
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return void process.stdout.write(helpText)
  const wanted = [...process_, ...api, ...watch, ...owners, ...store, ...lastRows].filter(
    ({ name, needsProcess }) =>
      name.includes(options.only) && (options.server === undefined || needsProcess !== true),
  )
  const bench = new Bench(() => started(options), options.pods)
  const results: Result[] = []
  for (const row of wanted) {
    process.stderr.write(`${row.name} ...\n`)
    results.push(await runRow(bench, row, options.seconds))
  }
  await bench.stop()
  process.stdout.write(tableOf(results))
  if (options.keepsHistory) remember(results, options)
}

await main()
process.exit()
