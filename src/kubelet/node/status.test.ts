import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeStatus } from '#kinds/gen/core-v1'
import { machineReadings, runtimeReadings } from '#testkit/node-readings'
import { reservedAmounts } from './allocatable.ts'
import { type StatusInputs, toNodeStatus } from './status.ts'
import { changes, isSame } from './status-reporter.ts'
import { defaultThresholds, parseThresholds } from './thresholds.ts'

const now = Date.UTC(2026, 0, 2, 3, 4, 5)

const inputs = (more: Partial<StatusInputs> = {}): StatusInputs => ({
  machine: machineReadings(),
  runtime: runtimeReadings(),
  addresses: ['192.168.8.100'],
  hostname: 'node-1',
  port: 10250,
  podsMax: 110,
  kubeletVersion: 'v1.36.0',
  thresholds: parseThresholds(defaultThresholds),
  compat: undefined,
  podFault: undefined,
  now,
  ...more,
})

const condition = (status: NodeStatus, type: string) => status.conditions?.find((one) => one.type === type)

test('toNodeStatus() tells capacity, what pods may use, addresses and the machine', () => {
  const status = toNodeStatus(inputs())
  assert.deepEqual(status.capacity, {
    cpu: '2',
    'ephemeral-storage': '41943040Ki',
    'hugepages-2Mi': '0',
    memory: '4194304Ki',
    pods: '110',
  })
  assert.equal(status.allocatable?.['memory'], `${4_194_304 - 100 * 1024}Ki`)
  assert.equal(status.allocatable?.['ephemeral-storage'], String(Math.ceil(40 * 2 ** 30 * 0.9)))
  assert.deepEqual(status.addresses, [
    { type: 'InternalIP', address: '192.168.8.100' },
    { type: 'Hostname', address: 'node-1' },
  ])
  assert.deepEqual(status.daemonEndpoints, { kubeletEndpoint: { Port: 10250 } })
  assert.deepEqual(status.nodeInfo, {
    machineID: 'machine',
    systemUUID: 'system',
    bootID: 'boot',
    kernelVersion: '6.1.0',
    osImage: 'Debian GNU/Linux 12 (bookworm)',
    containerRuntimeVersion: 'containerd://1.6.20',
    kubeletVersion: 'v1.36.0',
    kubeProxyVersion: '',
    operatingSystem: 'linux',
    architecture: 'amd64',
  })
})

test('what is reserved is kept from pods', () => {
  const reserved = reservedAmounts({ cpu: '150m', memory: '24Mi', 'ephemeral-storage': '1Gi' })
  const { allocatable = {}, capacity = {} } = toNodeStatus(inputs({ reserved }))
  assert.equal(allocatable['cpu'], '1850m')
  assert.equal(allocatable['memory'], `${4_194_304 - 124 * 1024}Ki`)
  assert.equal(allocatable['ephemeral-storage'], String(Math.ceil(40 * 2 ** 30 * 0.9) - 2 ** 30))
  assert.equal(capacity['cpu'], '2')
})

test('toNodeStatus() has four conditions in upstream order, Ready last', () => {
  const { conditions } = toNodeStatus(inputs())
  assert.deepEqual(
    conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
    [
      'MemoryPressure=False KubeletHasSufficientMemory',
      'DiskPressure=False KubeletHasNoDiskPressure',
      'PIDPressure=False KubeletHasSufficientPID',
      'Ready=True KubeletReady',
    ],
  )
  assert.equal(conditions?.[3]?.message, 'kubelet is posting ready status')
})

test('a transition time moves with the status, a heartbeat always, and conditions of others stay', () => {
  const first = toNodeStatus(inputs())
  const foreign = { type: 'NetworkUnavailable', status: 'False' }
  const later = toNodeStatus(
    inputs({ now: now + 60_000, machine: machineReadings({ memoryAvailableBytes: 1 }) }),
    { ...first, conditions: [...(first.conditions ?? []), foreign] },
  )
  assert.equal(condition(later, 'Ready')?.lastTransitionTime, '2026-01-02T03:04:05Z')
  assert.equal(condition(later, 'Ready')?.lastHeartbeatTime, '2026-01-02T03:05:05Z')
  assert.equal(condition(later, 'MemoryPressure')?.lastTransitionTime, '2026-01-02T03:05:05Z')
  assert.deepEqual(condition(later, 'NetworkUnavailable'), foreign)
})

test('a node is not ready while its runtime, its network or its pods are not, and says why', () => {
  const message = (more: Partial<StatusInputs>) => condition(toNodeStatus(inputs(more)), 'Ready')?.message
  assert.equal(message({ runtime: runtimeReadings({ fault: 'no socket' }) }), 'container runtime is down')
  const conditions = [
    { type: 'RuntimeReady', status: true, reason: '', message: '' },
    {
      type: 'NetworkReady',
      status: false,
      reason: 'NetworkPluginNotReady',
      message: 'cni plugin not initialized',
    },
  ]
  const network =
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized'
  assert.equal(message({ runtime: runtimeReadings({ conditions }) }), network)
  const all = { podFault: 'PLEG is not healthy', shutdownFault: 'node is shutting down' }
  assert.equal(
    message({ runtime: runtimeReadings({ conditions }), ...all }),
    `[PLEG is not healthy, ${network}, node is shutting down]`,
  )
  assert.equal(
    message({ runtime: runtimeReadings({ fault: 'no socket' }), podFault: 'PLEG is not healthy' }),
    '[container runtime is down, PLEG is not healthy]',
  )
})

test('what the runtime said is kept while it is away', () => {
  const images = [{ names: ['a'], sizeBytes: 1 }]
  const before = { ...toNodeStatus(inputs()), images }
  const away = toNodeStatus(inputs({ runtime: runtimeReadings({ fault: 'gone', version: '' }) }), before)
  assert.equal(away.nodeInfo?.containerRuntimeVersion, 'containerd://1.6.20')
  assert.deepEqual(away.images, images)
})

test('images are told biggest first, fifty of them, five names of each', () => {
  const image = (sizeBytes: number) => ({
    id: '',
    repoTags: ['t1', 't2', 't3'],
    repoDigests: ['d1', 'd2', 'd3'],
    sizeBytes,
    uid: undefined,
    username: '',
    pinned: false,
  })
  const many = Array.from({ length: 60 }, (_, i) => image(i))
  const { images = [] } = toNodeStatus(inputs({ runtime: runtimeReadings({ images: many }) }))
  assert.equal(images.length, 50)
  assert.deepEqual(images[0], { names: ['d1', 'd2', 'd3', 't1', 't2'], sizeBytes: 59 })
})

test("compat adds the tutorial's old forms", () => {
  const status = toNodeStatus(inputs({ compat: 'v1.3' }))
  assert.deepEqual(status.addresses?.[0], { type: 'LegacyHostIP', address: '192.168.8.100' })
  assert.equal(status.capacity?.['alpha.kubernetes.io/nvidia-gpu'], '0')
  assert.deepEqual(status.allocatable, status.capacity)
  assert.equal(condition(status, 'OutOfDisk')?.message, 'kubelet has sufficient disk space available')
  assert.equal(status.nodeInfo?.kubeProxyVersion, 'v1.36.0')
})

test('isSame() looks past heartbeats only', () => {
  const first = toNodeStatus(inputs())
  assert.equal(isSame(first, toNodeStatus(inputs({ now: now + 5000 }), first)), true)
  assert.equal(isSame(first, toNodeStatus(inputs({ port: 1 }), first)), false)
})

test('changes() names the events of conditions that turned', () => {
  const well = toNodeStatus(inputs())
  assert.deepEqual(changes(undefined, well), [
    'NodeHasSufficientMemory',
    'NodeHasNoDiskPressure',
    'NodeHasSufficientPID',
    'NodeReady',
  ])
  assert.deepEqual(changes(well, well), [])
  assert.deepEqual(changes(well, toNodeStatus(inputs({ podFault: 'x' }), well)), ['NodeNotReady'])
})

test('swap, handlers and features are told where there are any, and kept while the runtime is away', () => {
  const plain = toNodeStatus(inputs())
  assert.deepEqual(
    [plain.nodeInfo?.swap, plain.runtimeHandlers, plain.features],
    [undefined, undefined, undefined],
  )
  const handler = { name: 'runc', hasRecursiveReadOnly: true, hasUserNamespaces: false }
  const runtime = runtimeReadings({ handlers: [{ ...handler, name: '' }, handler], hasGroupsPolicy: true })
  const told = toNodeStatus(inputs({ machine: machineReadings({ swapBytes: 4096 }), runtime }))
  assert.deepEqual(told.nodeInfo?.swap, { capacity: 4096 })
  const features = { recursiveReadOnlyMounts: true, userNamespaces: false }
  assert.deepEqual(told.runtimeHandlers, [{ features }, { name: 'runc', features }])
  assert.deepEqual(told.features, { supplementalGroupsPolicy: true })
  const away = toNodeStatus(inputs({ runtime: runtimeReadings({ fault: 'gone' }) }), told)
  assert.deepEqual(away.runtimeHandlers, told.runtimeHandlers)
})

test('volumes in use are told, go when they are not, and stay where nothing is known of them', () => {
  const used = toNodeStatus(inputs({ volumesInUse: ['kubernetes.io/csi/a^b'] }), {})
  assert.deepEqual(used.volumesInUse, ['kubernetes.io/csi/a^b'])
  assert.deepEqual(toNodeStatus(inputs(), used).volumesInUse, used.volumesInUse)
  const attached = [{ name: 'kubernetes.io/csi/a^b', devicePath: '' }]
  const free = toNodeStatus(inputs({ volumesInUse: [] }), { ...used, volumesAttached: attached })
  assert.deepEqual([free.volumesInUse, free.volumesAttached], [undefined, attached])
  assert.equal(isSame(used, toNodeStatus(inputs({ volumesInUse: ['kubernetes.io/csi/a^b'] }), used)), true)
})
