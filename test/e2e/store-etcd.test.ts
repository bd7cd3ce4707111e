// The store contract on a real etcd, and what happens when etcd goes away.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openEtcdStore } from '#store'
import { realClock } from '#host/clock'
import { type Etcd, startEtcd } from '#testkit/host/etcd'
import { freePort, until } from '#testkit/host/process'
import { type OpenedStore, testStore } from '#testkit/store-contract'
import { SeenChanges, bytes, text } from '#testkit/store-watcher'

async function open(t: TestContext, prefix = '/'): Promise<OpenedStore & { etcd: Etcd }> {
  const etcd = await startEtcd(t)
  const store = await openEtcdStore({
    endpoints: [etcd.url],
    prefix,
    clock: realClock,
    timeoutMs: 2000,
    leaseReuseSeconds: 0,
  })
  t.after(() => store.close())
  const pass = (ms: number) => new Promise<void>((resolve) => void realClock.after(ms, resolve))
  return { store, pass, etcd }
}

testStore('etcd', open)

test('an etcd store tells progress when nothing under its prefix is written', async (t) => {
  const { store } = await open(t, '/p/')
  const seen = new SeenChanges()
  const watch = store.watch('/p/things/', 0, seen)
  const newest = await store.create('/elsewhere/a', bytes('x'))
  watch.requestProgress()
  await seen.until(() => seen.revision >= newest)
  assert.deepEqual(seen.words, [])
})

test('an etcd store fails clearly while etcd is away, then goes on, and its watches miss nothing', async (t) => {
  const { store, etcd } = await open(t)
  const seen = new SeenChanges()
  const a = await store.create('/p/a', bytes('one'))
  const watch = store.watch('/p/', a, seen)
  const b = await store.update('/p/a', bytes('two'), a)
  await seen.until(() => seen.changes.length === 1)
  await etcd.stop('SIGKILL')
  await assert.rejects(store.create('/p/b', bytes('x')), { code: 'unavailable' })
  await assert.rejects(store.get('/p/a'), { code: 'unavailable' })
  await assert.rejects(store.health(), { code: 'unavailable' })
  await etcd.restart()
  await until('the store to recover', async () =>
    store.health().then(
      () => true,
      () => false,
    ),
  )
  assert.equal(text((await store.get('/p/a')).item?.value), 'two')
  const c = await store.update('/p/a', bytes('three'), b)
  await seen.until(() => seen.changes.at(-1)?.revision === c)
  assert.deepEqual(
    seen.words.filter((word) => word.includes('/p/a')),
    [`put /p/a ${b} two`, `put /p/a ${c} three`],
  )
  assert.deepEqual(seen.faults, [])
  watch.close()
})

test('an etcd store that starts before etcd serves as soon as etcd is there', async (t) => {
  const port = await freePort()
  const store = await openEtcdStore({
    endpoints: [`http://127.0.0.1:${port}`, `http://127.0.0.1:${await freePort()}`],
    prefix: '/',
    clock: realClock,
    timeoutMs: 1000,
  })
  t.after(() => store.close())
  await assert.rejects(store.health(), { code: 'unavailable', message: /etcd/ })
})

test('an etcd store goes on to another member when one does not answer', async (t) => {
  const etcd = await startEtcd(t)
  const store = await openEtcdStore({
    endpoints: [`http://127.0.0.1:${await freePort()}`, etcd.url],
    prefix: '/',
    clock: realClock,
    timeoutMs: 1000,
  })
  t.after(() => store.close())
  await store.health()
  await store.create('/a', bytes('x'))
})
