import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { testStore } from '#testkit/store-contract'
import { SeenChanges, bytes, text } from '#testkit/store-watcher'
import { VirtualClock } from '#testkit/virtual-clock'
import { type SqliteStoreOptions, openSqliteStore } from './open.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'kubeling-sqlite-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function open(t: TestContext, path: string, options: Partial<SqliteStoreOptions> = {}) {
  const clock = new VirtualClock()
  const store = await openSqliteStore({ path, clock, reserveBytes: 4096, ...options })
  t.after(() => store.close())
  return { store, clock }
}

testStore('SQLite', async (t) => {
  const { store, clock } = await open(t, join(folder(t), 'state.db'))
  const pass = async (ms: number) => {
    await clock.advance(ms)
    // What time has set off is asked of the database thread before this.
    await store.health()
  }
  return { store, pass }
})

test('a SQLite store has everything again after a restart, and goes on counting', async (t) => {
  const path = join(folder(t), 'deep/er/state.db')
  const { store } = await open(t, path)
  const a = await store.create('/a', bytes('one'))
  const b = await store.update('/a', bytes('two'), a)
  const short = await store.create('/short', bytes('x'), { ttlSeconds: 5 })
  await store.compact(b)
  await store.close()
  const { store: again, clock } = await open(t, path)
  assert.equal(await again.revision(), short)
  assert.equal(text((await again.get('/a')).item?.value), 'two')
  await assert.rejects(again.list('/', { revision: a }), { code: 'compacted' })
  const seen = new SeenChanges()
  again.watch('/', b, seen)
  await clock.advance(6000)
  await seen.until(() => seen.changes.length === 2)
  assert.deepEqual(seen.words, [`put /short ${short} x`, `delete /short ${short + 1}`])
  assert.equal(await again.create('/b', bytes('x')), short + 2)
})

test('a SQLite store refuses a database that another one has open', async (t) => {
  const path = join(folder(t), 'state.db')
  await open(t, path)
  await assert.rejects(open(t, path), { code: 'unavailable', message: /is in use by another process/ })
})

test('a SQLite store refuses a file that is no database, and a damaged one', async (t) => {
  const path = join(folder(t), 'state.db')
  writeFileSync(path, 'certainly not a database, and long enough to be looked at'.repeat(100))
  await assert.rejects(open(t, path), { code: 'unavailable', message: /is not a database/ })
})

test('a SQLite store forgets history by age and by count, and its file shrinks', async (t) => {
  const path = join(folder(t), 'state.db')
  const { store, clock } = await open(t, path, { historyMs: 60_000, historyMax: 1000 })
  let revision = await store.create('/a', new Uint8Array(20_000))
  for (let i = 0; i < 100; i++) revision = await store.update('/a', new Uint8Array(20_000), revision)
  const largeBytes = await store.size()
  await clock.advance(80_000)
  await store.health()
  // Compaction takes several turns of the thread; each answer lets it take the next.
  for (let i = 0; i < 200 && (await store.size()) * 4 > largeBytes; i++) await store.health()
  assert.ok((await store.size()) * 4 <= largeBytes, `${await store.size()} of ${largeBytes} bytes`)
  await assert.rejects(store.list('/', { revision: revision - 1 }), { code: 'compacted' })
  assert.equal((await store.get('/a')).item?.revision, revision)
})

test('a SQLite store forgets history by bytes', async (t) => {
  const path = join(folder(t), 'state.db')
  const { store, clock } = await open(t, path, { historyBytesMax: 1_000_000 })
  const revisions = [await store.create('/a', new Uint8Array(20_000))]
  for (let i = 0; i < 100; i++)
    revisions.push(await store.update('/a', new Uint8Array(20_000), revisions.at(-1) as number))
  await clock.advance(11_000)
  await store.health()
  for (let i = 0; i < 200 && (await store.size()) > 1_500_000; i++) await store.health()
  assert.ok((await store.size()) <= 1_500_000, `${await store.size()} bytes`)
  await assert.rejects(store.list('/', { revision: revisions[40] as number }), { code: 'compacted' })
  assert.equal((await store.list('/', { revision: revisions[60] as number })).items.length, 1)
})

test('a SQLite store at its size limit refuses more, deletes, and takes more again', async (t) => {
  const path = join(folder(t), 'state.db')
  const { store, clock } = await open(t, path, { sizeBytesMax: 1_000_000 })
  const written: [string, number][] = []
  const fill = async () => {
    for (let i = written.length; i < 100; i++) {
      written.push([`/a/${i}`, await store.create(`/a/${i}`, new Uint8Array(50_000))])
    }
  }
  await assert.rejects(fill(), { code: 'full' })
  assert.ok(written.length > 10)
  await assert.rejects(store.health(), { code: 'full' })
  for (const [key, revision] of written) await store.delete(key, revision)
  await store.compact(await store.revision())
  await clock.advance(2000)
  await store.create('/b', new Uint8Array(50_000))
  await store.health()
})
