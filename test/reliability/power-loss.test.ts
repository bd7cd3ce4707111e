// The embedded store under loss of power: a writer is traced, disks are made as they may be when the power goes at a
// random moment, and the store is opened on each. KUBELING_POWER_IMAGES: 100 by default, 2000 in the long form
// (KUBELING_POWER_SEED: 1 by default).
import assert from 'node:assert/strict'
import { closeSync, openSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { type PlantedFault, plantFaults } from '#testkit/host/planted-fault'
import { tempDir } from '#testkit/host/process'
import { seededRandom } from '#testkit/seeded-random'
import { Acknowledged } from './acknowledged.ts'
import { CrashDisk, losses } from './crash-disk.ts'
import { type DiskStep, readTrace, straceArguments, straceMissing } from './disk-trace.ts'
import { latePromise, revisionApart, syncOff } from './store-faults.ts'

const images = Number(process.env.KUBELING_POWER_IMAGES ?? 100)
const seed = Number(process.env.KUBELING_POWER_SEED ?? 1)
/** So many images are made of one run of the writer, which writes about 1,500 times. */
const imagesPerRun = 500
const writer = resolve(import.meta.dirname, 'programs/store-writer.ts')

/** Runs a writer to its end and gives what it did. */
async function record(
  t: TestContext,
  rounds: number,
  ...faults: PlantedFault[]
): Promise<[string, DiskStep[]]> {
  const folder = tempDir(t)
  const database = join(folder, 'store.db')
  const files = [folder, database, `${database}-wal`, `${database}-journal`, join(folder, 'said')]
  const said = openSync(join(folder, 'said'), 'w')
  const trace = join(tempDir(t), 'trace')
  const args = [...straceArguments(trace, files), process.execPath, writer, database, '0', String(rounds)]
  const child = spawn('/usr/bin/strace', args, {
    stdio: ['ignore', said, 'pipe'],
    env: { ...process.env, ...plantFaults(...faults) },
    timeout: 120_000,
  })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => void (errors += chunk.toString()))
  await once(child, 'close')
  closeSync(said)
  for (const { file } of faults) assert.ok(errors.includes(`planted fault in ${file}`), errors)
  return [basename(folder), await readTrace(trace, 'said')]
}

/** Cuts the power at random moments of a run and opens what is left; gives what was wrong with each disk. */
async function crash(t: TestContext, run: [string, DiskStep[]], count: number, from: number) {
  const [folder, steps] = run
  const random = seededRandom(from)
  const moments = Array.from({ length: count }, () => Math.floor(random.next() * steps.length))
  const disk = new CrashDisk(folder)
  const acknowledged = new Acknowledged()
  const faults: string[] = []
  let at = 0
  for (const [i, moment] of moments.toSorted((a, b) => a - b).entries()) {
    for (; at <= moment; at++) take(steps[at] as DiskStep, disk, acknowledged)
    const loss = losses[i % losses.length] ?? 'all'
    const image = join(tempDir(t), 'image')
    disk.crash(image, loss, random)
    await acknowledged
      .check(join(image, 'store.db'))
      .catch((error: Error) => void faults.push(`seed ${from}, step ${moment}, ${loss}: ${error.message}`))
    rmSync(image, { recursive: true })
  }
  return { faults, acknowledged: acknowledged.count }
}

function take(step: DiskStep, disk: CrashDisk, acknowledged: Acknowledged): void {
  disk.take(step)
  if (step.kind === 'said') for (const line of step.text.split('\n')) acknowledged.take(line)
}

test(`the loss of power at ${images} moments loses nothing that was acknowledged`, {
  skip: straceMissing,
  timeout: 3_600_000,
}, async (t) => {
  let writes = 0
  for (let done = 0; done < images; done += imagesPerRun) {
    const run = await record(t, 250)
    assertCovered(run[1])
    const found = await crash(t, run, Math.min(imagesPerRun, images - done), seed + done)
    assert.deepEqual(found.faults, [])
    writes += found.acknowledged
  }
  t.diagnostic(`${images} images, ${writes} acknowledged writes: 0 lost, 0 images that do not open`)
})

/** A run shows nothing of checkpoints and compaction when there were none. */
function assertCovered(steps: readonly DiskStep[]): void {
  const said = steps.flatMap((step) => (step.kind === 'said' ? step.text.trim().split('\n') : []))
  assert.equal(said.at(-1), 'closed')
  assert.ok(said.filter((text) => text === 'compacted').length > 5)
  const opened = steps.findIndex((step) => step.kind === 'said')
  const checkpoints = steps.slice(opened).filter((step) => step.kind === 'sync' && step.file === 'store.db')
  assert.ok(checkpoints.length > 2, `${checkpoints.length} checkpoints`)
}

for (const [what, planted] of Object.entries({ syncOff, latePromise, revisionApart })) {
  test(`a store with the fault "${what}" is found out by the loss of power`, {
    skip: straceMissing,
    timeout: 300_000,
  }, async (t) => {
    const { faults } = await crash(t, await record(t, 80, ...planted), 40, seed)
    assert.ok(faults.length > 0, 'no image showed the planted fault')
    t.diagnostic(`${faults.length} of 40 images; the first: ${faults[0]}`)
  })
}
