import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { realClock } from '#host/clock'
import type { Pod } from '#kinds/gen/core-v1'
import type { CSIDriver, VolumeAttachment } from '#kinds/gen/storage-v1'
import { TestCsiDriver } from '#testkit/csi-driver'
import { PodFolders } from '../folders.ts'
import { CsiDriver } from './csi-driver.ts'
import { attachmentName, CsiFolders } from './csi-folders.ts'
import { CsiVolumes } from './csi-volumes.ts'
import type { CsiSource } from './csi-wish.ts'

const source: CsiSource = {
  driver: 'test.csi',
  handle: 'vol-1',
  name: 'pv-1',
  lifecycle: 'Persistent',
  fsType: '',
  readOnly: false,
  accessModes: ['ReadWriteMany'],
  mountOptions: [],
  attributes: { size: 'small' },
  stageSecret: { name: 's', namespace: 'n' },
}
const podOf = (uid: string): Pod => ({
  metadata: { name: uid, namespace: 'n', uid },
  spec: { containers: [] },
})

/** A node with one driver whose volumes are plain folders. */
async function world(t: TestContext, spec: object = { attachRequired: false }, attachment: object = {}) {
  const root = mkdtempSync(join(tmpdir(), 'kubeling-csi-'))
  const nothing = async () => {}
  const folder = join(root, 'driver')
  const test = new TestCsiDriver({
    name: 'test.csi',
    folder,
    registryFolder: root,
    mount: nothing,
    unmount: nothing,
  })
  await test.start()
  const driver = new CsiDriver('test.csi', join(folder, 'csi.sock'), realClock)
  t.after(async () => {
    driver.close()
    await test.close()
    rmSync(root, { recursive: true, force: true })
  })
  const node = { nodeId: 'here', volumesMax: 0, topology: {} }
  const folders = new CsiFolders(new PodFolders(root))
  const volumes = new CsiVolumes({
    folders,
    registry: { find: (name) => (name === 'test.csi' ? { driver, node } : undefined) },
    tokens: { for: async (_pod, { audiences }) => ({ token: `t-${audiences.join()}`, expiresAt: 0 }) },
    nodeName: 'n1',
    driverObject: async () => ({ metadata: {}, spec }) as CSIDriver,
    attachment: async () => attachment as VolumeAttachment,
    secret: async () => ({ data: { key: btoa('s3cret') } }),
  })
  const make = (uid: string, more: Partial<CsiSource> = {}) =>
    volumes.make({ pod: podOf(uid), uid, source: { ...source, ...more }, signal: never })
  return { root, test, folders, volumes, make }
}

test('a volume is staged before it is published, and noted so that another kubelet finds it', async (t) => {
  const { root, test, folders, make } = await world(t)
  const made = await make('a')
  const folder = join(root, 'pods/a/volumes/kubernetes.io~csi/pv-1')
  assert.deepEqual([made.path, made.readOnly], [join(folder, 'mount'), false])
  assert.deepEqual(test.verbs, ['NodeGetCapabilities', 'NodeStageVolume', 'NodePublishVolume'])
  const [staged, published] = test.calls.slice(1).map(([, asked]) => asked)
  assert.equal(staged?.['stagingTargetPath'], folders.staging('test.csi', 'vol-1'))
  assert.equal(published?.['stagingTargetPath'], folders.staging('test.csi', 'vol-1'))
  assert.equal(published?.['targetPath'], made.path)
  assert.deepEqual(staged?.['secrets'], { key: 's3cret' })
  assert.deepEqual(published?.['volumeContext'], { size: 'small' })
  const note = JSON.parse(readFileSync(join(folder, 'vol_data.json'), 'utf8')) as Record<string, string>
  assert.deepEqual(note, {
    specVolID: 'pv-1',
    volumeHandle: 'vol-1',
    driverName: 'test.csi',
    nodeName: 'n1',
    attachmentID: attachmentName('vol-1', 'test.csi', 'n1'),
    volumeLifecycleMode: 'Persistent',
  })
})

test('a volume is unstaged when its last pod lets it go, and nothing of it stays', async (t) => {
  const { root, test, folders, volumes, make } = await world(t)
  await make('a')
  await make('b')
  test.calls.length = 0
  await volumes.release('a', never)
  assert.deepEqual(test.verbs, ['NodeUnpublishVolume'])
  await volumes.release('b', never)
  assert.deepEqual(test.verbs, ['NodeUnpublishVolume', 'NodeUnpublishVolume', 'NodeUnstageVolume'])
  assert.equal(existsSync(folders.staging('test.csi', 'vol-1')), false)
  assert.deepEqual(readdirSync(join(root, 'pods/a/volumes/kubernetes.io~csi')), [])
  await volumes.release('b', never)
  assert.equal(test.verbs.length, 3)
})

test('what a driver complains of is told in its words, with the step, and tried again', async (t) => {
  const { test, volumes, make } = await world(t)
  test.faults.set('NodeStageVolume', 'no such disk')
  await assert.rejects(make('a'), {
    step: 'MountVolume.MountDevice',
    message: 'rpc error: code = Internal desc = no such disk',
  })
  test.faults.clear()
  await make('a')
  test.faults.set('NodeUnpublishVolume', 'busy')
  await assert.rejects(volumes.release('a', never), { message: 'rpc error: code = Internal desc = busy' })
  test.faults.clear()
  await volumes.release('a', never)
})

test('a volume that lives with its pod is published without a stage, and told of the pod', async (t) => {
  const spec = {
    podInfoOnMount: true,
    volumeLifecycleModes: ['Ephemeral'],
    tokenRequests: [{ audience: 'vault' }],
    requiresRepublish: true,
  }
  const { test, volumes, make } = await world(t, spec)
  const made = await make('a', { lifecycle: 'Ephemeral', name: 'inline', handle: 'csi-x' })
  assert.equal(made.isRefreshed, true)
  assert.deepEqual(test.verbs, ['NodeGetCapabilities', 'NodePublishVolume'])
  const context = test.calls[1]?.[1]['volumeContext'] as Record<string, string>
  assert.equal(context['csi.storage.k8s.io/ephemeral'], 'true')
  assert.match(context['csi.storage.k8s.io/serviceAccount.tokens'] ?? '', /"vault":\{"token":"t-vault"/)
  await volumes.release('a', never)
  assert.deepEqual(test.verbs.slice(2), ['NodeUnpublishVolume'])
})

test('a volume that must be attached is waited for, and the driver gets what the attacher left', async (t) => {
  const waiting = await world(t, {}, { status: { attached: false } })
  await assert.rejects(waiting.make('a'), { step: 'MountVolume.WaitForAttach' })
  const attached = await world(
    t,
    {},
    { status: { attached: true, attachmentMetadata: { device: '/dev/x' } } },
  )
  await attached.make('a')
  assert.deepEqual(attached.test.calls.at(-1)?.[1]['publishContext'], { device: '/dev/x' })
})

test('what a volume holds is asked of a driver that can tell', async (t) => {
  const { test, make } = await world(t)
  const made = await make('a')
  assert.deepEqual(await made.usage?.(never), {
    usedBytes: 40,
    availableBytes: 60,
    capacityBytes: 100,
    inodesUsed: 4,
    inodes: 10,
    inodesFree: 6,
  })
  assert.equal(test.calls.at(-1)?.[1]['volumePath'], made.path)
})

test('a driver that is not known is named, before anything is made', async (t) => {
  const { root, make } = await world(t)
  await assert.rejects(make('a', { driver: 'other.csi' }), {
    message: /^kubernetes.io\/csi: .*driver name other.csi not found in the list of registered CSI drivers$/,
  })
  assert.equal(existsSync(join(root, 'pods/a')), false)
})

test('a volume that was attached is in use until the driver has given it up; a new kubelet knows it too', async (t) => {
  const { test, volumes, folders, make } = await world(t, {}, { status: { attached: true } })
  assert.deepEqual(await volumes.inUse(), [])
  await make('a')
  await make('b')
  const name = 'kubernetes.io/csi/test.csi^vol-1'
  assert.deepEqual(await volumes.inUse(), [name])
  const unknown = async () => {
    throw new Error('the API server is away')
  }
  const next = new CsiVolumes({
    folders,
    registry: { find: () => undefined },
    tokens: { for: async () => ({ token: '', expiresAt: 0 }) },
    nodeName: 'n1',
    driverObject: unknown,
    attachment: unknown,
    secret: unknown,
  })
  assert.deepEqual(await next.inUse(), [name])
  await volumes.release('a', never)
  assert.deepEqual(await volumes.inUse(), [name])
  test.faults.set('NodeUnstageVolume', 'busy')
  await assert.rejects(volumes.release('b', never), /busy/)
  assert.deepEqual(await volumes.inUse(), [name], 'still staged')
  test.faults.clear()
  await make('c')
  await volumes.release('c', never)
  assert.deepEqual(await volumes.inUse(), [])
})

test('a volume that nobody attached is not in use', async (t) => {
  const { volumes, make } = await world(t)
  await make('a')
  assert.deepEqual(await volumes.inUse(), [])
})
