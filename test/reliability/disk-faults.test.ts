// The embedded store on a disk that fails: one sync or write of each phase (open, write, checkpoint, compaction, close)
// is made to fail by strace, at points spread over all of them. KUBELING_DISK_POINTS: 15 by default, 300 in the long
// form.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type PlantedFault, plantFaults } from '#testkit/host/planted-fault'
import { tempDir } from '#testkit/host/process'
import { Acknowledged } from './acknowledged.ts'
import { type DiskStep, readTrace, straceArguments, straceMissing } from './disk-trace.ts'
import { triedAgain } from './store-faults.ts'

const points = Number(process.env.KUBELING_DISK_POINTS ?? 15)
const writer = resolve(import.meta.dirname, 'programs/store-writer.ts')

/** What fails, and whether the store may go on. */
interface Kind {
  readonly calls: string
  readonly error: 'EIO' | 'ENOSPC'
}

const syncFails: Kind = { calls: 'fsync,fdatasync', error: 'EIO' }
const kinds: readonly Kind[] = [
  syncFails,
  { calls: 'pwrite64', error: 'EIO' },
  { calls: 'pwrite64', error: 'ENOSPC' },
]

interface Run {
  readonly database: string
  readonly steps: readonly DiskStep[]
  readonly said: readonly string[]
}

/** Runs a writer whose n-th call of a kind fails; n = 0: none. */
async function run(t: TestContext, kind: Kind, n: number, ...faults: PlantedFault[]): Promise<Run> {
  const folder = tempDir(t)
  const database = join(folder, 'store.db')
  const said = openSync(join(folder, 'said'), 'w')
  const trace = join(tempDir(t), 'trace')
  const inject = n > 0 ? [`--inject=${kind.calls}:error=${kind.error}:when=${n}`] : []
  const paths = [database, `${database}-wal`, `${database}-reserve`, join(folder, 'said')]
  const args = [...straceArguments(trace, paths), ...inject, process.execPath, writer, database, '0', '100']
  const env = { ...process.env, ...(faults.length > 0 && plantFaults(...faults)) }
  const child = spawn('/usr/bin/strace', args, { stdio: ['ignore', said, 'ignore'], env, timeout: 60_000 })
  await once(child, 'close')
  closeSync(said)
  const steps = await readTrace(trace, 'said')
  const texts = steps.flatMap((step) => (step.kind === 'said' ? step.text.trimEnd().split('\n') : []))
  return { database, steps, said: texts }
}

/** The steps of a run with the phase that each fell in. */
function phasesOf(steps: readonly DiskStep[]): [string, DiskStep][] {
  let phase = 'open'
  return steps.map((step) => {
    if (step.kind === 'said') {
      if (/^open /m.test(step.text) || /^compacted/m.test(step.text)) phase = 'write'
      else if (/^compacting/m.test(step.text)) phase = 'compaction'
      else if (/^closing/m.test(step.text)) phase = 'close'
    }
    const isCheckpoint = phase === 'write' && 'file' in step && step.file === 'store.db'
    return [isCheckpoint ? 'checkpoint' : phase, step]
  })
}

/** In which phase the injected fault fell. */
const injectedIn = (steps: readonly DiskStep[]): string =>
  phasesOf(steps).find(([, step]) => step.kind === 'injected')?.[0] ?? 'after the end'

/** Holds a run against the promises, then opens the database on a disk that works. @throws AssertionError. */
async function check({ database, steps, said }: Run, kind: Kind): Promise<void> {
  const injected = steps.findIndex((step) => step.kind === 'injected')
  const after = injected < 0 ? [] : steps.slice(injected + 1)
  const last = said.at(-1) ?? ''
  if (kind === syncFails && said.some((text) => text.startsWith('open'))) checkNothingAfter(after)
  if (kind.error === 'ENOSPC') assert.match(last, /^closed$|^failed database ".*store.db" .*disk is full/)
  else assert.match(last, /^closed$|^failed (writing to )?database ".*store.db"/)
  const acknowledged = new Acknowledged()
  for (const line of said) acknowledged.take(line)
  await acknowledged.check(database)
}

/** After a sync that failed nothing is acknowledged, and nothing is synced before the failure has been told. */
function checkNothingAfter(after: readonly DiskStep[]): void {
  for (const step of after) {
    if (step.kind === 'said') {
      assert.doesNotMatch(
        step.text,
        /^(open|put|gone|brief|compacted)/m,
        'acknowledged after a sync that failed',
      )
      if (step.text.startsWith('failed')) return
    }
    assert.notEqual(step.kind, 'sync', 'a sync after one that failed')
  }
}

/** The calls that shall fail, spread over the phases of a run in which none does, evenly as far as they have calls. */
async function pointsOf(t: TestContext, kind: Kind, count: number): Promise<number[]> {
  const { steps } = await run(t, kind, 0)
  const wanted = kind === syncFails ? 'sync' : 'write'
  const calls = phasesOf(steps).filter(([, step]) => step.kind === wanted)
  const byPhase = [...Map.groupBy(calls.keys(), (n) => calls[n]?.[0]).values()]
  const points: number[] = []
  for (const [i, numbers] of byPhase.toSorted((a, b) => a.length - b.length).entries()) {
    const many = Math.min(numbers.length, Math.ceil((count - points.length) / (byPhase.length - i)))
    for (let k = 0; k < many; k++)
      points.push((numbers[Math.floor((k * numbers.length) / many)] as number) + 1)
  }
  return points
}

for (const kind of kinds) {
  const title = `${kind.error} at ${Math.ceil(points / kinds.length)} points of ${kind.calls} loses nothing`
  test(title, { skip: straceMissing, timeout: 3_600_000 }, async (t) => {
    const phases: Record<string, number> = {}
    for (const n of await pointsOf(t, kind, Math.ceil(points / kinds.length))) {
      const done = await run(t, kind, n)
      const phase = injectedIn(done.steps)
      phases[phase] = (phases[phase] ?? 0) + 1
      await check(done, kind).catch((error: Error) => {
        throw new Error(`${kind.error} at ${kind.calls} number ${n} (${phase}): ${error.message}`, {
          cause: error,
        })
      })
    }
    t.diagnostic(`points by phase: ${JSON.stringify(phases)}`)
  })
}

test('a store that tries a failed commit again is found out', {
  skip: straceMissing,
  timeout: 120_000,
}, async (t) => {
  const done = await run(t, syncFails, 30, ...triedAgain)
  assert.equal(injectedIn(done.steps), 'write')
  await assert.rejects(check(done, syncFails), { name: 'AssertionError' })
})
