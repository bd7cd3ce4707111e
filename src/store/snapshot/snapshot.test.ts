import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { SeenChanges, bytes, text } from '#testkit/store-watcher'
import { VirtualClock } from '#testkit/virtual-clock'
import { openSqliteStore } from '../sqlite/open.ts'
import { restoreSnapshot, saveSnapshot, snapshotStatus } from './index.ts'

const forward = { bumpRevision: 1_000_000, markCompacted: true, skipHashCheck: false }

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'kubeling-snapshot-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function open(t: TestContext, path: string) {
  const store = await openSqliteStore({ path, clock: new VirtualClock(), reserveBytes: 4096 })
  t.after(() => store.close())
  return store
}

/** A closed database with two keys, one of them written twice, and one gone. */
async function fill(t: TestContext, path: string): Promise<number> {
  const store = await open(t, path)
  const first = await store.create('/a', bytes('one'))
  await store.update('/a', bytes('two'), first)
  await store.create('/b', bytes('three'))
  const revision = await store.delete('/gone', await store.create('/gone', bytes('x')))
  await store.close()
  return revision
}

test('saveSnapshot() and restoreSnapshot() keep every key, and move the revision forward past all watchers', async (t) => {
  const home = folder(t)
  const revision = await fill(t, join(home, 'store.db'))
  await saveSnapshot(join(home, 'store.db'), join(home, 'copy'))
  assert.equal(snapshotStatus(join(home, 'copy')).revision, revision)
  assert.equal(restoreSnapshot(join(home, 'copy'), join(home, 'new/store.db'), forward), revision + 1_000_000)
  const store = await open(t, join(home, 'new/store.db'))
  const page = await store.list('/')
  assert.equal(page.revision, revision + 1_000_000)
  assert.deepEqual(
    page.items.map(({ key, value }) => [key, text(value)]),
    [['/a', 'two'], ['/b', 'three']], // biome-ignore format: a table
  )
  const seen = new SeenChanges()
  store.watch('/', revision, seen)
  await seen.until(() => seen.over !== undefined)
  assert.equal(seen.over?.error?.code, 'compacted')
  await assert.rejects(store.list('/', { revision }), { code: 'compacted' })
  const [a] = page.items
  assert.equal(await store.update('/a', bytes('four'), a?.revision ?? 0), revision + 1_000_001)
})

test('saveSnapshot() copies a store that is being written, as it is at one revision', async (t) => {
  const home = folder(t)
  const store = await open(t, join(home, 'store.db'))
  for (let i = 0; i < 200; i++) await store.create(`/filler/${i}`, new Uint8Array(20_000))
  let isDone = false
  const saving = saveSnapshot(join(home, 'store.db'), join(home, 'copy')).finally(() => (isDone = true))
  let revision = await store.create('/a', bytes('0'))
  const writing = async () => {
    for (let i = 1; !isDone; i++) revision = await store.update('/a', bytes(String(i)), revision)
  }
  await Promise.all([saving, writing()])
  const status = snapshotStatus(join(home, 'copy'))
  assert.ok(status.revision >= 201 && status.revision <= revision, `${status.revision} of ${revision}`)
  restoreSnapshot(join(home, 'copy'), join(home, 'new.db'), {
    ...forward,
    bumpRevision: 0,
    markCompacted: false,
  })
  const copy = await open(t, join(home, 'new.db'))
  assert.deepEqual((await copy.list('/')).items, (await store.list('/', { revision: status.revision })).items)
})

test('saveSnapshot() leaves one file that only its owner reads, replaces an older one, and no other', async (t) => {
  const home = folder(t)
  await fill(t, join(home, 'store.db'))
  writeFileSync(join(home, 'copy'), 'older', { mode: 0o644 })
  // A part of a writer that is gone, and one of this process.
  writeFileSync(join(home, 'copy.4194999-00112233.part'), 'half')
  writeFileSync(join(home, `copy.${process.pid}-00112233.part`), 'half')
  await saveSnapshot(join(home, 'store.db'), join(home, 'copy'))
  assert.equal(statSync(join(home, 'copy')).mode & 0o777, 0o600)
  const left = readdirSync(home).filter((name) => name.startsWith('copy'))
  assert.deepEqual(left, ['copy', `copy.${process.pid}-00112233.part`])
  await assert.rejects(saveSnapshot(join(home, 'none.db'), join(home, 'other')), /is not there/)
})

test('a running store is copied through a socket that only its owner opens, also below a long path', async (t) => {
  const home = join(folder(t), 'long'.repeat(20), 'path'.repeat(20))
  const store = await open(t, join(home, 'store.db'))
  await store.create('/a', bytes('one'))
  await saveSnapshot(join(home, 'store.db'), join(home, 'copy'))
  assert.equal(statSync(join(home, 'store.db-socket')).mode & 0o777, 0o600)
  assert.equal(snapshotStatus(join(home, 'copy')).totalKey, 1)
  await store.close()
  assert.ok(!readdirSync(home).includes('store.db-socket'))
})

test('the hash of snapshotStatus() is that of the state, not of the file', async (t) => {
  const home = folder(t)
  await fill(t, join(home, 'store.db'))
  await saveSnapshot(join(home, 'store.db'), join(home, 'one'))
  await saveSnapshot(join(home, 'store.db'), join(home, 'two'))
  const store = await open(t, join(home, 'store.db'))
  await store.create('/more', bytes('x'))
  await saveSnapshot(join(home, 'store.db'), join(home, 'three'))
  const [one, two, three] = ['one', 'two', 'three'].map((name) => snapshotStatus(join(home, name)))
  assert.equal(one?.hash, two?.hash)
  assert.notEqual(one?.hash, three?.hash)
  assert.deepEqual([one?.totalKey, three?.totalKey], [2, 3])
})

test('a snapshot with one byte changed, cut short or grown is refused', async (t) => {
  const home = folder(t)
  await fill(t, join(home, 'store.db'))
  await saveSnapshot(join(home, 'store.db'), join(home, 'copy'))
  const good = readFileSync(join(home, 'copy'))
  const refuse = (name: string, data: Uint8Array, message: RegExp) => {
    writeFileSync(join(home, name), data)
    assert.throws(() => snapshotStatus(join(home, name)), message, name)
    assert.throws(() => restoreSnapshot(join(home, name), join(home, 'new.db'), forward), message, name)
  }
  for (let at = 7; at < good.length; at += 1009) {
    const bad = Buffer.from(good)
    bad[at] = (bad[at] as number) ^ 1
    refuse('changed', bad, /is damaged: expected sha256/)
  }
  refuse('short', good.subarray(0, good.length - 32), /has no hash at its end/)
  refuse('shorter', good.subarray(0, good.length - 512), /is damaged/)
  appendFileSync(join(home, 'copy'), 'more')
  refuse('grown', readFileSync(join(home, 'copy')), /has no hash at its end/)
  assert.ok(!readdirSync(home).some((name) => name.startsWith('new.db')))
})

test('restoreSnapshot() takes a database without a hash only when told to', async (t) => {
  const home = folder(t)
  const revision = await fill(t, join(home, 'store.db'))
  const take = (skipHashCheck: boolean) =>
    restoreSnapshot(join(home, 'store.db'), join(home, 'new.db'), { ...forward, skipHashCheck })
  assert.throws(() => take(false), /has no hash/)
  assert.equal(take(true), revision + 1_000_000)
})

test('restoreSnapshot() refuses to replace a database, held or not, or to join the log of another', async (t) => {
  const home = folder(t)
  await fill(t, join(home, 'store.db'))
  await saveSnapshot(join(home, 'store.db'), join(home, 'copy'))
  const restore = (name: string) => () => restoreSnapshot(join(home, 'copy'), join(home, name), forward)
  assert.throws(restore('store.db'), /"[^"]*store.db" is there already: move it away/)
  writeFileSync(join(home, 'new.db-wal'), 'x')
  assert.throws(restore('new.db'), /new.db-wal" is there already/)
})
