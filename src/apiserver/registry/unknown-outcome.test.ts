import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '#kinds/gen/core-v1'
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
      if (name === 'create')
        return (...args: Parameters<Store['create']>) =>
          args[0].includes('/lost') ? lose(target.create(...args)) : target.create(...args)
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

test('a service that was made although the answer was lost keeps its address', async () => {
  const clock = new VirtualClock()
  const store = losingAnswers(openMemoryStore({ clock }))
  const services = { cidrs: ['10.0.0.0/24'] }
  const api = await TestApi.start({ clock, store, options: { services } })
  const path = '/api/v1/namespaces/default/services'
  const made = await api.call('POST', path, { metadata: { name: 'lost' }, spec: { ports: [{ port: 80 }] } })
  assert.equal(made.status, 500)
  const { spec } = await api.ok<Service>('GET', `${path}/lost`)
  await api.ok('GET', `/apis/networking.k8s.io/v1/ipaddresses/${spec?.clusterIP}`)
})
