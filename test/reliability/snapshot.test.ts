// Snapshots of a server under load, restored after it was killed: the state is that of the snapshot's revision, and
// whoever watched is made to list anew. KUBELING_SNAPSHOT_AGES: how many snapshots of random age (5; long: 50).
// KUBELING_SNAPSHOT_KILLS: how often save and restore are killed (8; long: 200).
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, createInformer, httpTransport } from '#client'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import { openSqliteStore, restoreSnapshot, snapshotStatus } from '#store'
import { program, startApiServer } from '#testkit/host/kubeling'
import { freePort, run, start, tempDir, until } from '#testkit/host/process'
import {
  type ConfigMap,
  Load,
  Recorder,
  checkMovedOn,
  configMaps,
  create,
  listAll,
} from './programs/config-map-load.ts'

const ages = Number(process.env['KUBELING_SNAPSHOT_AGES'] ?? 5)
const kills = Number(process.env['KUBELING_SNAPSHOT_KILLS'] ?? 8)
const bumpRevision = 1_000_000_000

async function kubeling(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program('kubeling'), ['snapshot', ...args])
  assert.equal(code, 0, stderr)
  return stdout
}

const simple = (items: readonly ConfigMap[]) =>
  items.map(({ metadata, data }) => [metadata.name, metadata.resourceVersion, data.at])

test(`a snapshot of a loaded server restores the state at its revision, ${ages} times`, {
  timeout: 1_800_000,
}, async (t) => {
  const ports = { insecure: await freePort(), secure: await freePort() }
  const certDir = tempDir(t)
  const url = `http://127.0.0.1:${ports.insecure}`
  let dataDir = tempDir(t)
  let server = await startApiServer(t, [`--data-dir=${dataDir}`, `--cert-dir=${certDir}`], ports)
  const stop = new AbortController()
  const informer = createInformer({
    client: createClient(httpTransport({ server: url })),
    resource: configMaps,
    clock: realClock,
    random: realRandom,
    log: silent,
    params: { namespace: 'default' },
  })
  const informing = informer.run(stop.signal)
  for (let age = 0; age < ages; age++) {
    const recorder = await Recorder.start(url)
    const load = new Load(url, `age${age}`)
    await until('writes before the snapshot', () => load.acknowledged > 20 + Math.random() * 400)
    const file = join(tempDir(t), 'snapshot.db')
    assert.equal(await kubeling('save', file, `--data-dir=${dataDir}`), `Snapshot saved at ${file}\n`)
    const { revision } = JSON.parse(await kubeling('status', file, '-w', 'json')) as { revision: number }
    const more = load.acknowledged + Math.random() * 300
    await until('writes after the snapshot', () => load.acknowledged > more && recorder.revision > revision)
    const old = await listAll(url)
    const oldPage = await listAll(url, '?limit=2')
    await server.stop('SIGKILL')
    await Promise.all([load.ended, recorder.ended])

    dataDir = join(tempDir(t), 'restored')
    await kubeling('restore', file, '--standalone', `--data-dir=${dataDir}`)
    server = await startApiServer(t, [`--data-dir=${dataDir}`, `--cert-dir=${certDir}`], ports)
    const list = await listAll(url)
    assert.deepEqual(simple(list.items), simple(recorder.stateAt(revision)))
    await checkMovedOn(url, old, oldPage.metadata.continue as string)
    assert.ok(Number(list.metadata.resourceVersion) >= revision + bumpRevision)
    assert.equal((await create(url, `probe-${age}`, { at: 'x' })).status, 201)
    await until('the informer to have what the server has', async () => {
      const now = simple((await listAll(url)).items)
      const held = informer.items() as unknown as ConfigMap[]
      held.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
      return JSON.stringify(simple(held)) === JSON.stringify(now)
    })
  }
  stop.abort()
  await informing
})

test('planted fault: a restore that does not move the revision forward is caught', {
  timeout: 120_000,
}, async (t) => {
  const ports = { insecure: await freePort(), secure: await freePort() }
  const certDir = tempDir(t)
  const url = `http://127.0.0.1:${ports.insecure}`
  const dataDir = tempDir(t)
  const server = await startApiServer(t, [`--data-dir=${dataDir}`, `--cert-dir=${certDir}`], ports)
  const load = new Load(url, 'planted')
  await until('writes', () => load.acknowledged > 50)
  const file = join(tempDir(t), 'snapshot.db')
  await kubeling('save', file, `--data-dir=${dataDir}`)
  const more = load.acknowledged + 50
  await until('writes after the snapshot', () => load.acknowledged > more)
  const old = await listAll(url)
  const oldPage = await listAll(url, '?limit=2')
  await server.stop('SIGKILL')
  await load.ended
  const restored = join(tempDir(t), 'restored')
  await kubeling(
    'restore',
    file,
    '--standalone',
    `--data-dir=${restored}`,
    '--bump-revision=0',
    '--mark-compacted=false',
  )
  await startApiServer(t, [`--data-dir=${restored}`, `--cert-dir=${certDir}`], ports)
  await assert.rejects(checkMovedOn(url, old, oldPage.metadata.continue as string), { code: 'ERR_ASSERTION' })
})

/** Runs a command and kills it at a random moment of the time that it takes; gives whether it was done before. */
async function killed(t: TestContext, args: readonly string[], takesMs: number): Promise<boolean> {
  const running = start(t, program('kubeling'), ['snapshot', ...args])
  await Promise.race([once(running.child, 'exit'), sleep(Math.random() * takesMs)])
  return (await running.stop('SIGKILL')) === 0
}

test(`kill -9 of save and of restore, ${kills} times each, leaves nothing half`, {
  timeout: 1_800_000,
}, async (t) => {
  const dataDir = tempDir(t)
  const server = await startApiServer(t, [`--data-dir=${dataDir}`])
  const load = new Load(server.url, 'kill', 20_000)
  await until('some megabytes', () => load.acknowledged > 300)
  const folder = tempDir(t)
  const good = join(folder, 'good.db')
  const started = performance.now()
  await kubeling('save', good, `--data-dir=${dataDir}`)
  const takesMs = (performance.now() - started) * 1.2
  let whole = 0
  for (let round = 0; round < kills; round++) {
    const file = join(folder, `${round}.db`)
    const isDone = await killed(t, ['save', file, `--data-dir=${dataDir}`], takesMs)
    assert.ok(existsSync(file) || !isDone)
    if (existsSync(file)) whole += snapshotStatus(file).totalKey > 0 ? 1 : 0
  }
  await server.stop()
  await load.ended
  const { totalKey } = snapshotStatus(good)
  let restored = 0
  for (let round = 0; round < kills; round++) {
    const home = join(folder, `restored${round}`)
    const isDone = await killed(t, ['restore', good, '--standalone', `--data-dir=${home}`], takesMs)
    const path = join(home, 'store.db')
    assert.ok(existsSync(path) || !isDone)
    // Who was killed is asked again; what it left is no hindrance.
    if (!existsSync(path))
      restoreSnapshot(good, path, { bumpRevision, markCompacted: true, skipHashCheck: false })
    else restored++
    const store = await openSqliteStore({ path, clock: realClock, reserveBytes: 4096 })
    assert.equal((await store.list('/', { countOnly: true })).count, totalKey)
    await store.close()
    assert.deepEqual(
      readdirSync(home).filter((name) => name.endsWith('.part')),
      [],
    )
  }
  t.diagnostic(`${whole} of ${kills} saves and ${restored} of ${kills} restores were whole when killed`)
})
