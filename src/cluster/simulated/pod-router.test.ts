import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Cancel } from '#base/cancel'
import { silent } from '#base/log'
import type { Client, ListParams, WatchEvent } from '#client'
import type { Pod } from '#kinds/gen/core-v1'
import { seededRandom } from '#testkit/seeded-random'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { PodRouter } from './pod-router.ts'

const podOf = (name: string, nodeName: string, uid = name): Pod => ({
  metadata: {
    name,
    namespace: 'default',
    uid,
    resourceVersion: `${uid}-1`,
    managedFields: [{ manager: 'me' }],
  },
  spec: { nodeName, containers: [] },
})

/** A router over an API server that has some pods and sends the events of a test. */
function routed(t: TestContext, ...pods: Pod[]) {
  const clock = new VirtualClock()
  const stop = new AbortController()
  const asked: ListParams[] = []
  const events: WatchEvent<Pod>[] = []
  let wake = () => {}
  const client = {
    list: async (_: unknown, params: ListParams) => {
      asked.push(params)
      return { items: pods, metadata: { resourceVersion: '1' } }
    },
    async *watch(_: unknown, __: unknown, signal: Cancel) {
      while (!signal.aborted) {
        const next = events.shift()
        if (next) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  } as unknown as Client
  const router = new PodRouter()
  const heard: string[] = []
  const add = (name: string) =>
    router.add(name, (all) => heard.push(`${name}: ${all.map(({ metadata }) => metadata.uid).join(' ')}`))
  const files = { read: async () => undefined, write: async () => {} } as never
  void router.run(client, { clock, random: seededRandom(1), log: silent, files }, stop.signal)
  t.after(() => {
    stop.abort()
    wake()
  })
  const send = async (...some: WatchEvent<Pod>[]) => {
    events.push(...some)
    wake()
    await settled()
  }
  const news = () => heard.splice(0)
  return { clock, router, add, send, news, asked }
}

test('PodRouter tells each node its pods once all are known, one without pods too', async (t) => {
  const { clock, router, add, news, asked } = routed(t, podOf('a', 'n1'), podOf('b', 'n2'), podOf('c', 'n1'))
  add('n1')
  add('n3')
  await settled()
  await clock.advance(100)
  assert.deepEqual([...new Set(news())], ['n1: a c', 'n3: '])
  assert.deepEqual(
    asked.map(({ fieldSelector }) => fieldSelector),
    ['spec.nodeName!='],
  )
  add('n2')
  await settled()
  assert.deepEqual(news(), ['n2: b'], 'a node that comes later')
  assert.equal(router.find('b')?.metadata.managedFields, undefined)
})

test('PodRouter tells only the node whose pods changed, once for many changes', async (t) => {
  const { clock, router, add, send, news } = routed(t, podOf('a', 'n1'), podOf('b', 'n2'))
  add('n1')
  add('n2')
  await settled()
  await clock.advance(100)
  news()
  await send({ type: 'ADDED', object: podOf('c', 'n1') })
  assert.deepEqual(news(), ['n1: a c'])
  await send({ type: 'DELETED', object: podOf('b', 'n2') })
  assert.deepEqual(news(), ['n2: '])
  assert.equal(router.find('b'), undefined)
  // While the watch was away, a pod went and another of its name came.
  await send({ type: 'MODIFIED', object: podOf('a', 'n1', 'a2') })
  assert.deepEqual(news(), ['n1: c a2'])
  assert.equal(router.find('a'), undefined)
})
