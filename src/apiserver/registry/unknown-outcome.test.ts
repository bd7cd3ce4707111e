import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryStore, type Store, StoreError } from '#store'
import { TestApi } from '#testkit/api-server'
import { VirtualClock } from '#testkit/virtual-clock'

const cms = '/api/v1/namespaces/default/configmaps'

/** A store whose changes take place while their answers are lost. */
function losingAnswers(store: Store): Store {
  const lose = async (write: Promise<number>): Promise<number> => {
    await write
    throw new StoreError('unavailable', 'the answer is lost')
  }
  return new Proxy(store, {
    get(target, name: keyof Store) {
      if (name === 'update') return (...args: Parameters<Store['update']>) => lose(target.update(...args))
      if (name === 'delete') return (...args: Parameters<Store['delete']>) => lose(target.delete(...args))
      const member: unknown = target[name]
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

test('a write that took place although its answer was lost is not refused because of its own effect', async () => {
  const clock = new VirtualClock()
  const api = await TestApi.start({ clock, store: losingAnswers(openMemoryStore({ clock })) })
  const made = await api.ok('POST', cms, { metadata: { name: 'a' }, data: { value: '1' } })
  const { resourceVersion } = made.metadata
  const changed = { metadata: { name: 'a', resourceVersion }, data: { value: '2' } }
  assert.equal((await api.call('PUT', `${cms}/a`, changed)).status, 500)
  assert.equal((await api.call('DELETE', `${cms}/a`)).status, 500)
})
