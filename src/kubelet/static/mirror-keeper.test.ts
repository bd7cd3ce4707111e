import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { silent } from '#base/log'
import type { Node, Pod } from '#kinds/gen/core-v1'
import { RecordingClient } from '#testkit/recording-client'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { MirrorKeeper } from './mirror-keeper.ts'
import { planMirrors, toMirror } from './mirror-plan.ts'

const node = { metadata: { name: 'node-1', uid: 'node-uid' } } as Node

const staticPod = (name: string, hash: string): Pod => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: 'default', uid: hash, annotations: { 'kubernetes.io/config.hash': hash } },
  status: { phase: 'Pending' },
})

const mirrorOf = (pod: Pod, more: object = {}): Pod => {
  const mirror = toMirror(pod, node)
  return { ...mirror, metadata: { ...mirror.metadata, uid: 'api-uid', ...more } }
}

test('planMirrors() creates what is missing and deletes what is wrong', () => {
  const a = staticPod('a', 'h1')
  assert.deepEqual(planMirrors([a], []), [{ do: 'create', of: a }])
  assert.deepEqual(planMirrors([a], [mirrorOf(a)]), [])
  const changed = mirrorOf(staticPod('a', 'h0'))
  assert.deepEqual(planMirrors([a], [changed]), [{ do: 'delete', mirror: changed }])
  const ending = mirrorOf(a, { deletionTimestamp: '2026-01-01T00:00:00Z' })
  assert.deepEqual(planMirrors([a], [ending]), [{ do: 'delete', mirror: ending }])
  assert.deepEqual(planMirrors([], [mirrorOf(a)]), [{ do: 'delete', mirror: mirrorOf(a) }])
})

test('planMirrors() leaves pods alone that are no mirrors, even of the same name', () => {
  const own = { metadata: { name: 'a', namespace: 'default', uid: 'x' } } as Pod
  assert.deepEqual(planMirrors([staticPod('a', 'h1')], [own]), [])
  assert.deepEqual(planMirrors([], [own]), [])
})

test('toMirror() marks the picture and ties it to its node', () => {
  const { metadata } = toMirror(staticPod('a', 'h1'), node)
  assert.equal(metadata.annotations?.['kubernetes.io/config.mirror'], 'h1')
  assert.equal(metadata.uid, undefined)
  assert.deepEqual(metadata.ownerReferences, [
    { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'node-uid', controller: true },
  ])
})

function keeper(t: TestContext) {
  const clock = new VirtualClock()
  const client = new RecordingClient()
  client.objects.set('nodes//node-1', { kind: 'Node', apiVersion: 'v1', metadata: node.metadata })
  const mirrors = new MirrorKeeper({ client, nodeName: 'node-1', clock, log: silent })
  const stop = new AbortController()
  void mirrors.run(stop.signal)
  t.after(() => stop.abort())
  return { clock, client, mirrors }
}

test('MirrorKeeper does nothing before it knows both sides', async (t) => {
  const { client, mirrors } = keeper(t)
  mirrors.see([mirrorOf(staticPod('a', 'h1'))])
  await settled()
  assert.deepEqual(client.calls, [])
  mirrors.want([])
  await settled()
  assert.deepEqual(client.calls, ['DELETE pods/default/a'])
})

test('MirrorKeeper tries again when the API server is away', async (t) => {
  const { clock, client, mirrors } = keeper(t)
  client.isAway = true
  mirrors.see([])
  mirrors.want([staticPod('a', 'h1')])
  await clock.advance(3000)
  client.isAway = false
  await clock.advance(10_000)
  assert.deepEqual(client.calls, ['GET nodes//node-1', 'POST pods/default/a'])
})

test('MirrorKeeper makes a mirror anew that somebody deleted', async (t) => {
  const { client, mirrors } = keeper(t)
  const a = staticPod('a', 'h1')
  mirrors.want([a])
  mirrors.see([mirrorOf(a)])
  await settled()
  client.put('pods', mirrorOf(a))
  mirrors.see([mirrorOf(a, { deletionTimestamp: '2026-01-01T00:00:00Z' })])
  await settled()
  mirrors.see([])
  await settled()
  assert.deepEqual(client.calls, ['DELETE pods/default/a', 'GET nodes//node-1', 'POST pods/default/a'])
})
