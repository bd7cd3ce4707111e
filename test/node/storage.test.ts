// Volumes that others keep: claims, CSI drivers, what is left behind, and file systems that do not answer.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { persistentVolume } from '#kinds/core/persistent-volume'
import { persistentVolumeClaim } from '#kinds/core/persistent-volume-claim'
import type { PersistentVolumeClaim, Volume } from '#kinds/gen/core-v1'
import type { CSINode } from '#kinds/gen/storage-v1'
import { csiDriver } from '#kinds/storage/csi-driver'
import { csiNode } from '#kinds/storage/csi-node'
import { TestCsiDriver } from '../../testkit/csi-driver.ts'
import { NodeCluster } from '../../testkit/host/node-cluster.ts'
import { until } from '../../testkit/host/process.ts'
import { at, main, mountsBelow, place, tool } from '../../testkit/host/volume-pods.ts'

let on: NodeCluster
before(async () => {
  on = await NodeCluster.start({ syncMs: 1000 })
})
after(() => on.close())

const namespace = 'default'

/** A claim that is bound to a volume made as `spec` says. */
async function bind(name: string, spec: object, metadata: object = {}): Promise<void> {
  const sizes = { accessModes: ['ReadWriteOnce'], storageClassName: '' }
  const claim = (await on.create(persistentVolumeClaim, {
    metadata: { name, ...metadata },
    spec: { ...sizes, volumeName: `pv-${name}`, resources: { requests: { storage: '1Gi' } } },
  })) as PersistentVolumeClaim
  const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid: claim.metadata.uid }
  await on.create(persistentVolume, {
    metadata: { name: `pv-${name}` },
    spec: { ...sizes, capacity: { storage: '1Gi' }, claimRef, ...spec },
  })
  await on.client.update(
    persistentVolumeClaim,
    { ...claim, status: { ...claim.status, phase: 'Bound' } },
    { namespace, subresource: 'status' },
  )
}

const onNode = (name: string) => ({
  nodeAffinity: {
    required: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
    },
  },
})
const byClaim = (name: string, claimName: string): Volume => ({ name, persistentVolumeClaim: { claimName } })

test('claims: local and hostPath volumes, the group of the pod, the right node, and a claim of the pod', async () => {
  const [local, host, own] = [place(on, 'pv-local'), place(on, 'pv-host'), place(on, 'pv-own')]
  writeFileSync(join(local, 'old'), '', { mode: 0o600 })
  await bind('local', { local: { path: local }, ...onNode('node-1') })
  await bind('host', { hostPath: { path: host, type: 'Directory' } })
  await bind('far', { local: { path: local }, ...onNode('node-2') })
  await on.create(persistentVolumeClaim, {
    metadata: { name: 'loose' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  })
  await on.run('claimed', {
    securityContext: { fsGroup: 4321, runAsUser: 99, fsGroupChangePolicy: 'OnRootMismatch' },
    containers: [main('stat -c "%g %a" /l /l/old; touch /l/new; ls /h', [at('l', '/l'), at('h', '/h')])],
    volumes: [byClaim('l', 'local'), byClaim('h', 'host')],
  })
  await on.run('far', { containers: [main('true')], volumes: [byClaim('f', 'far')] })
  await on.run('loose', { containers: [main('true')], volumes: [byClaim('x', 'loose')] })
  const pod = await on.run('owner', {
    containers: [main('echo mine > /o/x', [at('o', '/o')])],
    volumes: [
      {
        name: 'o',
        ephemeral: {
          volumeClaimTemplate: {
            metadata: {},
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        },
      },
    ],
  })
  assert.match(await on.printed('claimed'), /^4321 2775\n4321 660\n/)
  assert.equal(statSync(join(local, 'new')).gid, 4321)
  assert.equal(
    await on.tells('far', /^FailedMount/),
    'FailedMount: MountVolume.NodeAffinity check failed for volume "pv-far" : no matching NodeSelectorTerms',
  )
  assert.match(
    await on.tells('loose', /^FailedMount/),
    /error processing PVC default\/loose: PVC is not bound$/,
  )
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'owner', uid: pod.metadata.uid, controller: true }
  await bind('owner-o', { hostPath: { path: own } }, { ownerReferences: [owner] })
  await on.reaches('owner', 'Succeeded')
  assert.equal(readFileSync(join(own, 'x'), 'utf8'), 'mine\n')
  await Promise.all(['claimed', 'far', 'loose', 'owner'].map((name) => on.remove(name)))
})

test('CSI: a driver registers, stages, publishes, outlives the kubelet, and gets everything back', async (t) => {
  const driver = new TestCsiDriver({
    name: 'folders.test.local',
    folder: place(on, 'csi'),
    registryFolder: join(on.folder, 'kubelet/plugins_registry'),
    mount: (source, target) => tool('mount', '--bind', source, target),
    unmount: (target) => tool('umount', target),
  })
  await on.create(csiDriver, {
    metadata: { name: 'folders.test.local' },
    spec: {
      attachRequired: false,
      podInfoOnMount: true,
      volumeLifecycleModes: ['Persistent', 'Ephemeral'],
      fsGroupPolicy: 'File',
    },
  })
  await driver.start()
  t.after(() => driver.close())
  const shown = () => on.client.get<CSINode>(csiNode, 'node-1').catch(() => undefined)
  await until('the driver in the CSINode', async () => (await shown())?.spec?.drivers?.[0]?.nodeID === 'here')
  await bind('disk', { csi: { driver: 'folders.test.local', volumeHandle: 'disk-1' } })
  const pod = await on.run('csi', {
    securityContext: { fsGroup: 777 },
    containers: [
      main('echo kept > /p/x; stat -c %g /p; echo inline > /i/y; sleep 1000', [at('p', '/p'), at('i', '/i')]),
    ],
    volumes: [
      byClaim('p', 'disk'),
      { name: 'i', csi: { driver: 'folders.test.local', volumeAttributes: { color: 'red' } } },
    ],
  })
  const uid = pod.metadata.uid ?? ''
  await on.reaches('csi', 'Running')
  await until('the group', () => on.log(uid).includes('777'))
  assert.equal(readFileSync(join(place(on, 'csi'), 'volumes/disk-1/x'), 'utf8'), 'kept\n')
  const inline = driver.calls.findLast(([verb]) => verb === 'NodePublishVolume')?.[1][
    'volumeContext'
  ] as Record<string, string>
  assert.equal(inline['csi.storage.k8s.io/pod.uid'], uid)
  assert.equal(inline['color'], 'red')
  await on.restartKubelet()
  await until('the driver to be known again', async () => (await shown())?.spec?.drivers?.length === 1)
  driver.calls.length = 0
  await on.remove('csi')
  const verbs = driver.verbs.filter((verb) => verb.startsWith('NodeUn')).sort()
  assert.deepEqual(verbs, ['NodeUnpublishVolume', 'NodeUnpublishVolume', 'NodeUnstageVolume'])
  assert.deepEqual(mountsBelow(join(on.folder, 'kubelet')), [])
  assert.equal(existsSync(on.podFolder(uid)), false)
  assert.equal(readFileSync(join(place(on, 'csi'), 'volumes/disk-1/x'), 'utf8'), 'kept\n')
  await driver.close()
  await until('the driver to go', async () => ((await shown())?.spec?.drivers ?? []).length === 0)
})

test('a restart of the kubelet takes away what no pod names, and deletes nothing through a mount', async () => {
  const precious = place(on, 'precious')
  writeFileSync(join(precious, 'file'), 'kept')
  await on.run('stays', {
    containers: [main('sleep 1000', [at('m', '/m')])],
    volumes: [{ name: 'm', emptyDir: { medium: 'Memory' } }],
  })
  const { metadata } = await on.reaches('stays', 'Running')
  const orphan = on.podFolder('orphan-uid')
  await on.restartKubelet(async () => {
    for (const name of ['bound', 'memory'])
      mkdirSync(join(orphan, 'volumes/kubernetes.io~empty-dir', name), { recursive: true })
    await tool('mount', '--bind', precious, join(orphan, 'volumes/kubernetes.io~empty-dir/bound'))
    await tool('mount', '-t', 'tmpfs', 'x', join(orphan, 'volumes/kubernetes.io~empty-dir/memory'))
  })
  await until('the orphan to go', () => !existsSync(orphan))
  assert.equal(readFileSync(join(precious, 'file'), 'utf8'), 'kept')
  assert.equal(mountsBelow(on.podFolder(metadata.uid ?? '')).length, 1)
  assert.equal((await on.pod('stays'))?.status?.containerStatuses?.[0]?.restartCount, 0)
  await on.remove('stays')
})

test('a file system that does not answer holds up its own pods only, and these can be deleted', async (t) => {
  if (!existsSync('/dev/fuse')) return t.skip('no /dev/fuse on this machine')
  const hung = place(on, 'hung')
  const device = openSync('/dev/fuse', 'r+')
  // Nobody ever answers at the other end of the device.
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0'
  const mount = spawn('mount', ['-i', '-t', 'fuse', '-o', options, 'hung', hung], {
    stdio: ['ignore', 'ignore', 'ignore', device],
  })
  await until('the mount', () => mount.exitCode === 0)
  t.after(async () => {
    closeSync(device)
    await tool('umount', hung)
    rmdirSync(hung)
  })
  const names = Array.from({ length: 6 }, (_, i) => `hung${i}`)
  for (const [i, name] of names.entries()) {
    const subPath = i % 2 === 0 ? {} : { subPath: 'a/b' }
    await on.run(name, {
      containers: [main('true', [at('h', '/h', subPath)])],
      volumes: [{ name: 'h', hostPath: { path: hung, ...(i % 2 === 0 && { type: 'Directory' }) } }],
    })
  }
  const from = performance.now()
  await on.run('well', { containers: [main('echo fine')] })
  assert.match(await on.printed('well'), /fine/)
  t.diagnostic(
    `beside 6 pods on a dead file system another one ran to its end in ${Math.round(performance.now() - from)} ms`,
  )
  await Promise.all([...names, 'well'].map((name) => on.remove(name)))
  return undefined
})
