import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { machineReadings as machine } from '#testkit/node-readings'
import { isCritical, pressureRejection } from './admission.ts'
import { toLimits } from './limits.ts'
import { evictionMessage } from './message.ts'
import { type PodUse, rank } from './rank.ts'
import { observe } from './signals.ts'
import { unusedImages } from './unused-images.ts'

const mebi = 2 ** 20

const pod = (name: string, requests = {}, spec: object = {}): Pod => ({
  metadata: { name, uid: name },
  spec: { containers: [{ name: 'main', image: `${name}:1`, resources: { requests } }], ...spec },
})
const using = (of: Pod, memoryBytes: number, diskBytes = 0, inodes = 0): PodUse => ({
  pod: of,
  use: { containers: [{ name: 'main', memoryBytes, diskBytes }], memoryBytes, diskBytes, inodes },
})
const names = (pods: readonly PodUse[]) => pods.map(({ pod: { metadata } }) => metadata.name)

test('rank() takes those above their request first, then low priority, then what is most above it', () => {
  const within = using(pod('within', { memory: '90' }, { priority: -5 }), 90)
  const important = using(pod('important', {}, { priority: 1 }), 1000)
  const much = using(pod('much', { memory: '10' }), 60)
  const most = using(pod('most'), 55)
  const unknown: PodUse = { pod: pod('unknown', {}, { priority: 9 }), use: undefined }
  const ranked = rank('memory', [within, important, much, most, unknown])
  assert.deepEqual(names(ranked), ['unknown', 'most', 'much', 'important', 'within'])
})

test('rank() looks at what is short', () => {
  const files = using(pod('files', { 'ephemeral-storage': '5' }), 0, 4, 90)
  const bytes = using(pod('bytes'), 0, 3, 1)
  assert.deepEqual(names(rank('ephemeral-storage', [files, bytes])), ['bytes', 'files'])
  assert.deepEqual(names(rank('inodes', [bytes, files])), ['files', 'bytes'])
  const low = using(pod('low', {}, { priority: -1 }), 0)
  assert.deepEqual(names(rank('pids', [files, low])), ['low', 'files'])
})

test('evictionMessage() is in upstream’s words', () => {
  const [memory, inodes] = toLimits({ hard: { 'memory.available': '100Mi', 'nodefs.inodesFree': '5%' } })
  const seen = observe(
    machine({
      memoryBytes: 4096 * mebi,
      memoryAvailableBytes: 64 * mebi,
      nodeDisk: { totalBytes: 1, availableBytes: 1, inodes: 100_000, inodesFree: 4000 },
    }),
    { imageDisk: undefined },
  )
  assert.ok(memory && inodes)
  assert.equal(
    evictionMessage(memory, using(pod('p', { memory: '16Mi' }), 300 * mebi), seen),
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 64Mi. ' +
      'Container main was using 300Mi, request is 16Mi, has larger consumption of memory. ',
  )
  assert.match(evictionMessage(memory, using(pod('p'), 1024), seen), /was using 1Ki, request is 0, /)
  const modest = using(pod('p', { memory: '16Mi' }), mebi)
  assert.doesNotMatch(evictionMessage(memory, modest, seen), /Container/)
  assert.equal(
    evictionMessage(inodes, using(pod('p'), 300), seen),
    'The node was low on resource: inodes. Threshold quantity: 5k, available: 4k. ',
  )
})

test('pressureRejection() refuses pods without requests for want of memory, all for want of anything else', () => {
  const message = 'The node had condition: [MemoryPressure]. '
  const best = pod('best')
  assert.equal(pressureRejection(best, []), undefined)
  assert.deepEqual(pressureRejection(best, ['MemoryPressure']), { reason: 'Evicted', message })
  const burstable = pod('burstable', { memory: '1Mi' })
  assert.equal(pressureRejection(burstable, ['MemoryPressure']), undefined)
  assert.equal(pressureRejection(burstable, ['DiskPressure'])?.reason, 'Evicted')
  assert.match(
    pressureRejection(burstable, ['MemoryPressure', 'PIDPressure'])?.message ?? '',
    /\[MemoryPressure PIDPressure\]/,
  )
})

test('pressureRejection() lets pods pass that tolerate the taint', () => {
  const key = 'node.kubernetes.io/memory-pressure'
  const passes = (toleration: object) =>
    pressureRejection(pod('p', {}, { tolerations: [toleration] }), ['MemoryPressure']) === undefined
  assert.equal(passes({ key, operator: 'Exists', effect: 'NoSchedule' }), true)
  assert.equal(passes({ operator: 'Exists' }), true)
  assert.equal(passes({ key }), true)
  assert.equal(passes({ key, operator: 'Exists', effect: 'NoExecute' }), false)
  assert.equal(passes({ key, value: 'x' }), false)
  assert.equal(passes({ key: 'node.kubernetes.io/disk-pressure', operator: 'Exists' }), false)
})

test('isCritical() spares what the system needs and the node’s own pods', () => {
  assert.equal(isCritical(pod('p', {}, { priority: 2_000_000_000 })), true)
  assert.equal(isCritical(pod('p', {}, { priority: 1_999_999_999 })), false)
  const metadata = { name: 's', annotations: { 'kubernetes.io/config.source': 'file' } }
  assert.equal(isCritical({ metadata }), true)
  assert.equal(pressureRejection(pod('p', {}, { priority: 2_000_000_001 }), ['DiskPressure']), undefined)
})

test('unusedImages() spares what containers are made of, pods name, and nobody may remove', () => {
  const image = (id: string, more: object = {}) => ({
    id,
    repoTags: [],
    repoDigests: [],
    sizeBytes: 1,
    uid: undefined,
    username: '',
    pinned: false,
    ...more,
  })
  const images = [
    image('sha256:run'),
    image('sha256:named', { repoTags: ['docker.io/library/named:1'] }),
    image('sha256:pinned', { pinned: true }),
    image('sha256:pause', { repoTags: ['registry.example/pause:3.9'] }),
    image('sha256:idle', { repoTags: ['idle:1'] }),
  ]
  const unused = unusedImages(images, [{ image: 'run:1', imageRef: 'sha256:run' }], [pod('named')])
  assert.deepEqual(
    unused.map(({ id }) => id),
    ['sha256:idle'],
  )
})
