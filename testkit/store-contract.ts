// What every store engine does. From upstream's pkg/storage/testing these behaviours belong to the store:
//   Create, CreateWithTTL, CreateWithKeyExist, Get, ConditionalDelete, DeleteWithConflict, GuaranteedUpdateWithConflict,
//   GuaranteedUpdateWithTTL, List (prefix, limit, revision), ConsistentList, ListPaging, ListContinuation,
//   ListInconsistentContinuation, GetListRecursivePrefix, NamespaceScopedList, CompactRevision, Stats, Watch,
//   WatchFromZero, WatchFromNonZero, DelayedWatchDelivery, DeleteTriggerWatch, WatchError (compacted),
//   WatchContextCancel, WatchDeleteEventObjectHaveLatestRV, ProgressNotify, ClusterScopedWatch, NamespaceScopedWatch.
// The API server's own tests have those that need objects, selectors or its cache: UnconditionalDelete, the
// DeleteWithSuggestion and PreconditionalDelete families, GuaranteedUpdate with suggestions, ListWithFilter,
// PaginationRareObject, ListResourceVersionMatch, KeySchema, WatchWithUnsafeDelete, WatcherTimeout,
// WatchInitializationSignal, bookmarks, SendInitialEvents, WatchList and WatchSemantics. TransformationFailure,
// ErrorAggregation and the Expected…DecodeError family are about encryption at rest, which is not there.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Store, type StoreErrorCode, isStoreError } from '#store'
import { testStoreWatch } from './store-contract-watch.ts'
import { bytes, text } from './store-watcher.ts'

/** A store and how time passes for it. */
export interface OpenedStore {
  readonly store: Store
  /** Lets so much time pass that keys whose time to live is over are gone. */
  readonly pass: (ms: number) => Promise<void>
}

/** Opens an empty store; the test's end closes it. */
export type OpenStore = (t: TestContext) => Promise<OpenedStore>

/** Fails unless the promise is refused with this code. */
export async function refuses(code: StoreErrorCode, promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(isStoreError(error, code), `wanted ${code}, got ${String(error)}`)
  return error
}

/** Declares the contract's tests for one engine. */
export function testStore(name: string, open: OpenStore): void {
  const contract: Contract = (what, run) => {
    void test(`${name} store ${what}`, { timeout: 60_000 }, async (t) => run(await open(t)))
  }
  testWrites(contract)
  testLists(contract)
  testHistory(contract)
  testStoreWatch(contract)
}

/** How a part of the suite declares a test. */
export type Contract = (what: string, run: (opened: OpenedStore) => Promise<void>) => void

function testWrites(contract: Contract): void {
  contract('gives back what was created, with its revisions', async ({ store }) => {
    const absent = await store.get('/t/a')
    assert.equal(absent.item, undefined)
    const revision = await store.create('/t/a', bytes('one'))
    assert.ok(revision > absent.revision)
    const { item, revision: at } = await store.get('/t/a')
    assert.equal(text(item?.value), 'one')
    assert.deepEqual(
      [item?.key, item?.revision, item?.createRevision, at],
      ['/t/a', revision, revision, revision],
    )
  })

  contract('refuses to create a key twice and shows the one that is there', async ({ store }) => {
    const revision = await store.create('/t/a', bytes('one'))
    const error = await refuses('exists', store.create('/t/a', bytes('two')))
    assert.deepEqual([error.current?.revision, text(error.current?.value)], [revision, 'one'])
    assert.equal(await store.revision(), revision)
  })

  contract('updates only what was last written at the expected revision', async ({ store }) => {
    await refuses('notFound', store.update('/t/a', bytes('x'), 1))
    await refuses('notFound', store.update('/t/a', bytes('x'), 0))
    const first = await store.create('/t/a', bytes('one'))
    const second = await store.update('/t/a', bytes('two'), first)
    assert.ok(second > first)
    const error = await refuses('conflict', store.update('/t/a', bytes('three'), first))
    assert.deepEqual([error.current?.revision, text(error.current?.value)], [second, 'two'])
    const { item } = await store.get('/t/a')
    assert.deepEqual([text(item?.value), item?.revision, item?.createRevision], ['two', second, first])
  })

  contract('deletes only what was last written at the expected revision', async ({ store }) => {
    await refuses('notFound', store.delete('/t/a', 1))
    const first = await store.create('/t/a', bytes('one'))
    const second = await store.update('/t/a', bytes('two'), first)
    const error = await refuses('conflict', store.delete('/t/a', first))
    assert.equal(error.current?.revision, second)
    const gone = await store.delete('/t/a', second)
    assert.ok(gone > second)
    assert.equal((await store.get('/t/a')).item, undefined)
    const again = await store.create('/t/a', bytes('new'))
    assert.equal((await store.get('/t/a')).item?.createRevision, again)
  })

  contract('lets exactly one of many racing updates win', async ({ store }) => {
    const first = await store.create('/t/a', bytes('0'))
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => store.update('/t/a', bytes(String(i)), first)),
    )
    const won = results.filter(({ status }) => status === 'fulfilled')
    assert.equal(won.length, 1)
    for (const result of results) {
      if (result.status === 'rejected') assert.ok(isStoreError(result.reason, 'conflict'))
    }
  })

  contract('gives concurrent writes strictly rising revisions with no gaps', async ({ store }) => {
    const before = await store.revision()
    const revisions = await Promise.all(
      Array.from({ length: 50 }, (_, i) => store.create(`/t/${i}`, bytes(String(i)))),
    )
    const wanted = Array.from({ length: 50 }, (_, i) => before + 1 + i)
    assert.deepEqual(
      revisions.toSorted((a, b) => a - b),
      wanted,
    )
  })

  contract('keeps empty and binary values, and keys of any script', async ({ store }) => {
    const all = new Uint8Array(256).map((_, i) => i)
    await store.create('/t/empty', new Uint8Array())
    await store.create('/t/ключ-\u{1f600}', all)
    assert.deepEqual(Array.from((await store.get('/t/empty')).item?.value ?? [1]), [])
    assert.deepEqual(Array.from((await store.get('/t/ключ-\u{1f600}')).item?.value ?? []), Array.from(all))
  })

  contract('refuses what is too large and says so', async ({ store }) => {
    await refuses('tooLarge', store.create('/t/a', new Uint8Array(1.5 * 1024 * 1024 + 1)))
    assert.equal((await store.get('/t/a')).item, undefined)
  })

  contract('lets a key expire, and an update take the time to live away', async ({ store, pass }) => {
    await store.create('/t/short', bytes('x'), { ttlSeconds: 1 })
    const kept = await store.create('/t/kept', bytes('x'), { ttlSeconds: 1 })
    await store.update('/t/kept', bytes('y'), kept)
    assert.ok((await store.get('/t/short')).item)
    await pass(4000)
    assert.equal((await store.get('/t/short')).item, undefined)
    assert.equal(text((await store.get('/t/kept')).item?.value), 'y')
  })

  contract('is healthy, has a size, and is closed after close', async ({ store }) => {
    await store.create('/t/a', bytes('one'))
    await store.health()
    assert.ok((await store.size()) > 0)
    await store.close()
    await refuses('unavailable', store.get('/t/a'))
    await refuses('unavailable', store.create('/t/b', bytes('x')))
  })
}

const keysOf = (page: { items: readonly { key: string }[] }) => page.items.map(({ key }) => key)

async function fill(store: Store, keys: readonly string[]): Promise<number> {
  let revision = 0
  for (const key of keys) revision = await store.create(key, bytes(key))
  return revision
}

function testLists(contract: Contract): void {
  contract('lists a prefix in byte order, at one revision', async ({ store }) => {
    const keys = ['/p/a/2', '/p/a/10', '/p/a/\u{1f600}', '/p/a/\uffee', '/p/ab/1', '/p/b/1', '/q/1']
    const revision = await fill(store, keys)
    const page = await store.list('/p/a/')
    assert.deepEqual(keysOf(page), ['/p/a/10', '/p/a/2', '/p/a/\uffee', '/p/a/\u{1f600}'])
    assert.deepEqual([page.revision, page.more, page.count], [revision, false, 4])
    assert.equal((await store.list('/p/')).count, 6)
    assert.deepEqual(await store.list('/none/'), { items: [], revision, more: false, count: 0 })
  })

  contract('lists page by page, and a page counts what is left', async ({ store }) => {
    const keys = ['/p/a', '/p/b', '/p/c', '/p/d', '/p/e']
    const revision = await fill(store, keys)
    const first = await store.list('/p/', { limit: 2 })
    assert.deepEqual([keysOf(first), first.more, first.count], [['/p/a', '/p/b'], true, 5])
    await store.delete('/p/d', revision - 1)
    const from = '/p/b\0'
    const then = await store.list('/p/', { limit: 2, from, revision: first.revision })
    assert.deepEqual([keysOf(then), then.more, then.count], [['/p/c', '/p/d'], true, 3])
    assert.equal(then.revision, first.revision)
    const now = await store.list('/p/', { limit: 2, from })
    assert.deepEqual([keysOf(now), now.more, now.count], [['/p/c', '/p/e'], false, 2])
    const exact = await store.list('/p/', { limit: 5, revision: first.revision })
    assert.deepEqual([exact.items.length, exact.more, exact.count], [5, false, 5])
  })

  contract('counts without giving items', async ({ store }) => {
    const revision = await fill(store, ['/p/a', '/p/b', '/q/a'])
    const page = await store.list('/p/', { countOnly: true })
    assert.deepEqual([page.items, page.count, page.revision], [[], 2, revision])
    assert.equal((await store.list('/p/', { countOnly: true, revision: revision - 2 })).count, 1)
  })
}

function testHistory(contract: Contract): void {
  contract('lists the past exactly: created, changed and deleted keys', async ({ store }) => {
    const a = await store.create('/p/a', bytes('a1'))
    const b = await store.create('/p/b', bytes('b1'))
    const a2 = await store.update('/p/a', bytes('a2'), a)
    const gone = await store.delete('/p/b', b)
    const b2 = await store.create('/p/b', bytes('b2'))
    const at = async (revision: number) =>
      (await store.list('/p/', { revision })).items.map(({ value, revision: r }) => [text(value), r])
    assert.deepEqual(await at(a), [['a1', a]])
    assert.deepEqual(await at(b), [
      ['a1', a],
      ['b1', b],
    ])
    assert.deepEqual(await at(a2), [
      ['a2', a2],
      ['b1', b],
    ])
    assert.deepEqual(await at(gone), [['a2', a2]])
    assert.deepEqual(await at(b2), [
      ['a2', a2],
      ['b2', b2],
    ])
  })

  contract('refuses the future and the compacted past, and keeps all else', async ({ store }) => {
    const a = await store.create('/p/a', bytes('a1'))
    const b = await store.create('/p/b', bytes('b1'))
    const a2 = await store.update('/p/a', bytes('a2'), a)
    const gone = await store.delete('/p/b', b)
    await refuses('futureRevision', store.list('/p/', { revision: gone + 1 }))
    await refuses('futureRevision', store.compact(gone + 1))
    await store.compact(a2)
    await refuses('compacted', store.list('/p/', { revision: b }))
    await refuses('compacted', store.compact(a2))
    const page = await store.list('/p/', { revision: a2 })
    assert.deepEqual(
      page.items.map(({ value }) => text(value)),
      ['a2', 'b1'],
    )
    await store.compact(gone)
    assert.deepEqual(keysOf(await store.list('/p/')), ['/p/a'])
    assert.equal(text((await store.get('/p/a')).item?.value), 'a2')
    assert.equal(await store.revision(), gone)
  })
}
