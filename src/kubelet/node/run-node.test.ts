import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ApiError } from '#base/errors'
import { silent } from '#base/log'
import type { Lease } from '#kinds/gen/coordination-v1'
import type { Node } from '#kinds/gen/core-v1'
import { machineReadings, runtimeReadings } from '#testkit/node-readings'
import { RecordingClient } from '#testkit/recording-client'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import type { NodeOptions } from './node-options.ts'
import { adopt, toNode } from './registration.ts'
import { runNode } from './run-node.ts'

const identity: NodeOptions['identity'] = {
  name: 'node-1',
  hostname: 'node-1',
  architecture: 'amd64',
  operatingSystem: 'linux',
  labels: { zone: 'a' },
  taints: [],
  compat: undefined,
}

function node(
  t: TestContext,
  more: Partial<NodeOptions> = {},
  prepare: (client: RecordingClient) => void = () => {},
) {
  const clock = new VirtualClock()
  const client = new RecordingClient()
  prepare(client)
  const told: string[] = []
  const state = { podFault: undefined as string | undefined }
  const stop = new AbortController()
  const options: NodeOptions = {
    client,
    clock,
    random: { next: () => 0.5, uuid: () => '' },
    log: silent,
    identity,
    readMachine: async () => machineReadings(),
    readRuntime: async () => runtimeReadings(),
    fixed: { addresses: ['192.0.2.1'], port: 10250, podsMax: 110, kubeletVersion: 'v1', thresholds: {} },
    podFault: () => state.podFault,
    registers: true,
    tell: (_type, reason) => void told.push(reason),
    ...more,
  }
  const over = runNode(options, stop.signal)
  t.after(() => stop.abort())
  const stored = () => client.objects.get('nodes//node-1') as unknown as Node | undefined
  const ready = () => stored()?.status?.conditions?.find(({ type }) => type === 'Ready')
  return { clock, client, told, state, stop, over, stored, ready }
}

const put = (client: RecordingClient, object: object) =>
  client.objects.set('nodes//node-1', structuredClone(object) as never)

test('a node registers with its labels, tells its status and events, and renews its lease', async (t) => {
  const { clock, client, told, stored, ready } = node(t)
  await settled()
  assert.deepEqual(stored()?.metadata.labels, {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': 'node-1',
    'kubernetes.io/os': 'linux',
    zone: 'a',
  })
  assert.equal(
    stored()?.metadata.annotations?.['volumes.kubernetes.io/controller-managed-attach-detach'],
    'true',
  )
  assert.equal(ready()?.status, 'True')
  assert.deepEqual(told, [
    'Starting',
    'NodeHasSufficientMemory',
    'NodeHasNoDiskPressure',
    'NodeHasSufficientPID',
    'NodeReady',
  ])
  const lease = () => client.objects.get('leases/kube-node-lease/node-1') as unknown as Lease
  const first = lease().spec?.renewTime
  assert.equal(lease().spec?.holderIdentity, 'node-1')
  await clock.advance(10_000)
  assert.notEqual(lease().spec?.renewTime, first)
})

test('a renewal is one request; a lease that somebody wrote or deleted is looked for', async (t) => {
  const { clock, client } = node(t)
  await settled()
  const key = 'leases/kube-node-lease/node-1'
  const asked = async (ms: number) => {
    const before = client.calls.length
    await clock.advance(ms)
    return client.calls.slice(before).filter((call) => call.endsWith(key))
  }
  assert.deepEqual(await asked(10_000), [`PUT ${key}`])
  client.objects.delete(key)
  assert.deepEqual(await asked(10_000), [`PUT ${key}`, `GET ${key}`, `POST ${key}`])
  const update = client.update.bind(client)
  t.mock.method(client, 'update', (async (...args: Parameters<typeof update>) => {
    if (args[0].plural !== 'leases') return await update(...args)
    t.mock.restoreAll()
    throw new ApiError('Conflict', 'somebody else wrote it')
  }) as typeof update)
  assert.deepEqual(await asked(10_000), [`GET ${key}`, `PUT ${key}`])
})

test('a node that changed tells again after its own time, and every five minutes from then on', async (t) => {
  const { clock, client } = node(t, { random: { next: () => 0.9, uuid: () => '' } })
  await settled()
  const writes = () => client.calls.filter((call) => call === 'PUT nodes//node-1').length
  const before = writes()
  await clock.advance(415_000)
  assert.equal(writes(), before)
  await clock.advance(10_000)
  assert.equal(writes(), before + 1)
  await clock.advance(300_000)
  assert.equal(writes(), before + 2)
})

test('an unchanged status is told every five minutes, a changed one at the next look', async (t) => {
  const { clock, client, state, told, ready } = node(t)
  await settled()
  const writes = () => client.calls.filter((call) => call === 'PUT nodes//node-1').length
  const before = writes()
  await clock.advance(290_000)
  assert.equal(writes(), before)
  await clock.advance(20_000)
  assert.equal(writes(), before + 1)
  state.podFault = 'PLEG is not healthy'
  await clock.advance(10_000)
  assert.equal(ready()?.status, 'False')
  assert.equal(ready()?.message, 'PLEG is not healthy')
  assert.equal(told.at(-1), 'NodeNotReady')
})

test('a node that is there is adopted: its own labels are made right, those of others and the spec stay', async (t) => {
  const found = {
    metadata: { name: 'node-1', uid: 'u', labels: { mine: 'x', 'kubernetes.io/os': 'none' } },
    spec: { unschedulable: true },
  }
  const { stored } = node(t, {}, (client) => put(client, found))
  await settled()
  assert.equal(stored()?.metadata.labels?.['mine'], 'x')
  assert.equal(stored()?.metadata.labels?.['kubernetes.io/os'], identity.operatingSystem)
  assert.equal(
    stored()?.metadata.labels?.['zone'],
    undefined,
    'what --node-labels says is for the first time',
  )
  assert.equal(stored()?.metadata.uid, 'u')
  assert.equal(stored()?.spec?.unschedulable, true)
})

test('toNode() keeps pods away until the cloud has told of the node', () => {
  const { metadata, spec } = toNode({ ...identity, taints: [], cloudAddress: '10.0.0.1' }, {})
  assert.deepEqual(spec?.taints, [
    { key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' },
  ])
  assert.equal(metadata.annotations?.['alpha.kubernetes.io/provided-node-ip'], '10.0.0.1')
})

test('adopt() gives the found node itself when nothing is to be done', () => {
  const wanted = toNode(identity, {})
  assert.equal(adopt(wanted, wanted), wanted)
})

test('registration is tried until the API server answers', async (t) => {
  const { clock, client, stored } = node(t, {}, (one) => {
    one.isAway = true
  })
  await clock.advance(5000)
  assert.equal(stored(), undefined)
  client.isAway = false
  await clock.advance(8000)
  assert.notEqual(stored(), undefined)
})

test('a node that somebody deleted is registered again, unless it is not to register', async (t) => {
  const one = node(t)
  await settled()
  one.client.objects.delete('nodes//node-1')
  one.state.podFault = 'something new'
  await one.clock.advance(12_000)
  assert.notEqual(one.stored(), undefined)

  const two = node(t, { registers: false }, (client) => put(client, { metadata: { name: 'node-1' } }))
  await settled()
  assert.equal(two.ready()?.status, 'True')
  two.client.objects.delete('nodes//node-1')
  two.state.podFault = 'something new'
  await two.clock.advance(12_000)
  assert.equal(two.stored(), undefined)
})

test('runNode() ends when the signal fires and leaves no timer', async (t) => {
  const { clock, stop, over } = node(t)
  await settled()
  stop.abort()
  await over
  assert.equal(clock.waiting, 0)
})

test('compat adds externalID, taints come from the flag', () => {
  const taints = [{ key: 'a', effect: 'NoSchedule' }]
  assert.deepEqual(toNode({ ...identity, compat: 'v1.3', taints }, {}).spec, { taints, externalID: 'node-1' })
})

test('a change that is told of is written at once, and the lease lasts as long as it is told to', async (t) => {
  let change = () => {}
  const state = { fault: undefined as string | undefined }
  const on = node(t, {
    shutdownFault: () => state.fault,
    onChange: (listener) => {
      change = listener
      return () => {}
    },
    leaseSeconds: 8,
  })
  await on.clock.advance(1000)
  assert.equal(on.ready()?.status, 'True')
  state.fault = 'node is shutting down'
  change()
  await on.clock.advance(1)
  await settled()
  assert.equal(on.ready()?.message, 'node is shutting down')
  const lease = () => on.client.all<Lease>('leases')[0]?.spec
  assert.equal(lease()?.leaseDurationSeconds, 8)
  const before = lease()?.renewTime
  await on.clock.advance(2000)
  assert.notEqual(lease()?.renewTime, before)
})

test('the identity of a cloud goes into the node', () => {
  assert.equal(toNode({ ...identity, providerId: 'cloud://1' }, {}).spec?.providerID, 'cloud://1')
})

test('a node that is not ready is looked at often for two minutes, and then as often as ever', async (t) => {
  let looks = 0
  const readRuntime = async () => {
    looks += 1
    return runtimeReadings({ fault: 'no socket' })
  }
  const { clock } = node(t, { readRuntime })
  await settled()
  await clock.advance(119_000)
  assert.ok(looks > 400, String(looks))
  await clock.advance(20_000)
  looks = 0
  await clock.advance(60_000)
  assert.ok(looks >= 6 && looks <= 12, String(looks))
})
