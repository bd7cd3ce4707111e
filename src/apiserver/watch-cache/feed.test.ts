import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silent } from '#base/log'
import { openMemoryStore, type Store, StoreError } from '#store'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { ResourceCache } from './cache.ts'
import type { Entry } from './entry.ts'
import { Feed } from './feed.ts'

test('a store that ends every watch at once is asked once a second', async () => {
  const clock = new VirtualClock()
  let asked = 0
  const store: Store = {
    ...openMemoryStore({ clock }),
    list: async () => ({ items: [], revision: 1, more: false, count: 0 }),
    watch(_prefix, _revision, watcher) {
      asked++
      queueMicrotask(() => watcher.ended(undefined))
      return { requestProgress() {}, close() {} }
    },
  }
  const feed = new Feed({ store, prefix: '/registry/', clock, log: silent, fed: [] })
  const end = new AbortController()
  await feed.start(end.signal)
  await settled()
  assert.equal(asked, 1)
  await clock.advance(3_000)
  assert.equal(asked, 4)
  end.abort()
})

/** The store's methods as an object's own, to be replaced one by one. */
const withMethods = (store: Store): Store => ({
  get: (key) => store.get(key),
  list: (prefix, options) => store.list(prefix, options),
  create: (key, value, options) => store.create(key, value, options),
  update: (key, value, expected, options) => store.update(key, value, expected, options),
  delete: (key, expected) => store.delete(key, expected),
  watch: (prefix, revision, watcher) => store.watch(prefix, revision, watcher),
  compact: (revision) => store.compact(revision),
  revision: () => store.revision(),
  health: () => store.health(),
  size: () => store.size(),
  close: () => store.close(),
})

const kept = (limits = { keepMs: 1000, bytesMax: 1000 }) => new ResourceCache(limits)
const toEntry = (key: string, value: Uint8Array, revision: number): Entry => {
  const name = key.slice(key.lastIndexOf('/') + 1)
  const object = { metadata: { name, namespace: 'a' } }
  return { key, name, namespace: 'a', revision, bytes: Buffer.from(value), labels: {}, fields: [], object }
}

test('a feed fills its caches page by page, all from one revision', async () => {
  const clock = new VirtualClock()
  const memory = openMemoryStore({ clock })
  for (let i = 0; i < 1200; i++) await memory.create(`/registry/pods/a/p${i}`, new Uint8Array([1]))
  const sizes: number[] = []
  const revisions = new Set<number>()
  const store: Store = {
    ...withMethods(memory),
    async list(prefix, options) {
      const page = await memory.list(prefix, options)
      sizes.push(page.items.length)
      revisions.add(page.revision)
      // Others write while it is read.
      await memory.create(`/registry/pods/b/new${sizes.length}`, new Uint8Array([2]))
      return page
    },
  }
  const cache = kept()
  const fed = [{ directory: '/registry/pods/', cache, toEntry }]
  const feed = new Feed({ store, prefix: '/registry/', clock, log: silent, fed })
  const end = new AbortController()
  await feed.start(end.signal)
  assert.deepEqual([sizes, revisions.size], [[500, 500, 200], 1])
  assert.ok(await feed.reached(await memory.revision(), 1000))
  assert.deepEqual([cache.current.size, cache.current.countPrefix('/registry/pods/b/')], [1203, 3])
  end.abort()
})

test('a feed begins again when the revision of its first page is forgotten before the last', async () => {
  const clock = new VirtualClock()
  const memory = openMemoryStore({ clock })
  for (let i = 0; i < 600; i++) await memory.create(`/registry/pods/a/p${i}`, new Uint8Array([1]))
  let isForgotten = false
  const store: Store = {
    ...withMethods(memory),
    async list(prefix, options) {
      if (options?.from !== undefined && !isForgotten) {
        isForgotten = true
        throw new StoreError('compacted', 'forgotten')
      }
      return memory.list(prefix, options)
    },
  }
  const cache = kept()
  const fed = [{ directory: '/registry/pods/', cache, toEntry }]
  const feed = new Feed({ store, prefix: '/registry/', clock, log: silent, fed })
  const end = new AbortController()
  await feed.start(end.signal)
  assert.deepEqual([isForgotten, cache.current.size], [true, 600])
  end.abort()
})
