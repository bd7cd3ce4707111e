import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStore } from '#testkit/store-contract'
import { bytes, text } from '#testkit/store-watcher'
import { VirtualClock } from '#testkit/virtual-clock'
import { openMemoryStore } from './memory.ts'

testStore('memory', async (t) => {
  const clock = new VirtualClock()
  const store = openMemoryStore({ clock })
  t.after(() => store.close())
  return { store, pass: (ms) => clock.advance(ms) }
})

test('MemoryStore.fork() goes its own way', async () => {
  const store = openMemoryStore({ clock: new VirtualClock() })
  const first = await store.create('/a', bytes('one'))
  const fork = store.fork()
  assert.equal(await fork.update('/a', bytes('two'), first), await store.update('/a', bytes('other'), first))
  assert.equal(text((await fork.get('/a')).item?.value), 'two')
  assert.equal(text((await store.get('/a')).item?.value), 'other')
})

test('MemoryStore keeps no more history than it is told', async () => {
  const store = openMemoryStore({ clock: new VirtualClock(), historyMax: 10 })
  let revision = await store.create('/a', bytes('x'))
  for (let i = 0; i < 50; i++) revision = await store.update('/a', bytes(String(i)), revision)
  await store.list('/', { revision: revision - 9 })
  await assert.rejects(store.list('/', { revision: revision - 30 }), { code: 'compacted' })
})
