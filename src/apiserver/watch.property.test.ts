// Random writers and watchers: nothing is lost, repeated or out of order, and every list is a state that was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#schema/object'
import { openMemoryStore } from '#store'
import { TestApi } from '#testkit/api-server'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { runWatchLaws } from '#testkit/watch-laws'

const cms = '/api/v1/namespaces/default/configmaps'

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`watchers of random writes lose, repeat and reorder nothing (seed ${seed})`, async () => {
    const store = openMemoryStore({ clock: new VirtualClock() })
    const { events } = await runWatchLaws({ seed, writes: 150, followersMax: 6, store, restarts: true })
    assert.ok(events > 50, `${events} events`)
  })
}

test('writers at the same time all win in the end, one after the other', async () => {
  const api = await TestApi.start()
  await api.ok('POST', cms, { metadata: { name: 'n' }, data: { count: '0' } })
  const watching = await api.watch(`${cms}?watch=1`)
  const addOne = async (): Promise<void> => {
    for (;;) {
      const object = await api.ok<KubeObject & { data: { count: string } }>('GET', `${cms}/n`)
      object.data.count = String(Number(object.data.count) + 1)
      const { status } = await api.call('PUT', `${cms}/n`, object)
      if (status === 200) return
      assert.equal(status, 409)
    }
  }
  await Promise.all(Array.from({ length: 20 }, addOne))
  const end = await api.ok<KubeObject & { data: { count: string } }>('GET', `${cms}/n`)
  assert.equal(end.data.count, '20')
  await settled()
  const counts = watching.events.map(({ object }) => (object as unknown as typeof end).data.count)
  assert.deepEqual(
    counts,
    Array.from({ length: 21 }, (_, i) => String(i)),
  )
})
