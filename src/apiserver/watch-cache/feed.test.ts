import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silent } from '#base/log'
import { openMemoryStore, type Store } from '#store'
import { settled, VirtualClock } from '#testkit/virtual-clock'
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
