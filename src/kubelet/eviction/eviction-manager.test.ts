import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import { machineReadings } from '#testkit/node-readings'
import { VirtualClock } from '#testkit/virtual-clock'
import { EvictionManager, type EvictionOptions } from './eviction-manager.ts'
import { toLimits } from './limits.ts'

const pod = (name: string, more: object = {}): Pod => ({
  metadata: { name, namespace: 'default', uid: name },
  spec: { containers: [{ name: 'main' }], ...more },
  status: { phase: 'Running' },
})
const image = {
  id: 'idle',
  repoTags: [],
  repoDigests: [],
  sizeBytes: 1,
  uid: undefined,
  username: '',
  pinned: false,
}

/** A node of two pods, of which the critical one uses more; `state` is what it is short of. */
function node(limits = toLimits({ hard: { 'memory.available': '100', 'nodefs.available': '100' } })) {
  const clock = new VirtualClock()
  const said: string[] = []
  const state = { memory: 1000, disk: 1000, freed: 0, ended: false, limits: {} }
  const usage = (uid: string, memoryWorkingSetBytes: number) => ({
    name: 'main',
    labels: { 'io.kubernetes.pod.uid': uid, 'io.kubernetes.container.name': 'main' },
    memoryWorkingSetBytes,
    writableLayer: { usedBytes: 2048, inodesUsed: 1 },
  })
  const pods = {
    pods: () => [
      pod('critical', { priority: 2_000_000_000 }),
      pod('greedy', { containers: [{ name: 'main', resources: { limits: state.limits } }] }),
    ],
    evict: (uid: string, message: string, graceSeconds: number) => {
      said.push(`evict ${uid} in ${graceSeconds}: ${message}`)
      return true
    },
    hasEnded: () => state.ended,
    volumeUsage: async () => new Map(),
  }
  const runtime = {
    listContainers: async () => [],
    listContainerStats: async () => [usage('critical', 9000), usage('greedy', 2048)],
    listImages: async () => [image],
    removeImage: async (id: string) => {
      said.push(`remove ${id}`)
      state.disk += state.freed
    },
  }
  const manager = new EvictionManager({
    limits,
    pods,
    runtime: runtime as unknown as EvictionOptions['runtime'],
    readMachine: async () =>
      machineReadings({
        memoryBytes: 1000,
        memoryAvailableBytes: state.memory,
        nodeDisk: { totalBytes: 1000, availableBytes: state.disk, inodes: 0, inodesFree: 0 },
      }),
    readImageDisk: async () => undefined,
    podLogsDir: '/nowhere',
    clock,
    log: silent,
    tell: (type, reason, message) => said.push(`${type} ${reason}: ${message}`),
    changed: () => said.push('changed'),
    graceSecondsMax: 30,
  })
  return { clock, said, state, manager }
}

test('EvictionManager evicts what uses most and is not critical, and says that the node is short', async () => {
  const { manager, said, state } = node()
  assert.equal(await manager.round(never), undefined)
  state.memory = 99
  assert.equal((await manager.round(never))?.metadata.name, 'greedy')
  assert.deepEqual(said, [
    'changed',
    'Warning EvictionThresholdMet: Attempting to reclaim memory',
    'evict greedy in 1: The node was low on resource: memory. Threshold quantity: 100, available: 99. ' +
      'Container main was using 2Ki, request is 0, has larger consumption of memory. ',
  ])
  assert.deepEqual(manager.pressure, { memory: true, disk: false, pid: false })
  assert.equal(manager.rejection(pod('new'))?.reason, 'Evicted')
})

test('EvictionManager removes images before pods, and evicts none when that is enough', async () => {
  const { manager, said, state } = node()
  Object.assign(state, { disk: 50, freed: 500 })
  assert.equal(await manager.round(never), undefined)
  assert.deepEqual(said.slice(1), [
    'Warning EvictionThresholdMet: Attempting to reclaim ephemeral-storage',
    'remove idle',
  ])
  Object.assign(state, { disk: 50, freed: 0 })
  assert.equal((await manager.round(never))?.metadata.name, 'greedy')
})

test('EvictionManager gives a pod its grace for a soft threshold', async () => {
  const soft = { soft: { 'memory.available': '100' }, softGraceMs: { 'memory.available': 20_000 } }
  const { manager, said, state, clock } = node(toLimits({ hard: {}, ...soft }))
  state.memory = 99
  assert.equal(await manager.round(never), undefined)
  await clock.advance(20_000)
  assert.equal((await manager.round(never))?.metadata.name, 'greedy')
  assert.match(said.at(-1) ?? '', /^evict greedy in 30: /)
})

test('EvictionManager ends a pod that holds more than its limit, whatever the node has left', async () => {
  const { manager, said, state } = node([])
  state.limits = { 'ephemeral-storage': '1Ki' }
  assert.equal((await manager.round(never))?.metadata.name, 'greedy')
  assert.deepEqual(said, [
    'evict greedy in 1: Pod ephemeral local storage usage exceeds the total limit of containers 1Ki. ',
  ])
  state.limits = { 'ephemeral-storage': '3Ki' }
  assert.equal(await manager.round(never), undefined)
})

test('EvictionManager waits for a pod to be gone before it looks again', async () => {
  const { manager, said, state, clock } = node()
  const controller = new AbortController()
  state.memory = 99
  const running = manager.run(controller.signal)
  const evicted = () => said.filter((one) => one.startsWith('evict')).length
  await clock.advance(29_000)
  assert.equal(evicted(), 1)
  state.ended = true
  await clock.advance(1000)
  assert.equal(evicted(), 2)
  controller.abort(new Error('over'))
  await running
})
