// A node whose disk fills up: a small file system of its own as the kubelet's folder.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { node as nodes } from '#kinds/core/node'
import type { Node } from '#kinds/gen/core-v1'
import { NodeCluster } from '../../testkit/host/node-cluster.ts'
import { run, until } from '../../testkit/host/process.ts'

const disk = mkdtempSync(join(tmpdir(), 'kubeling-disk-'))
let cluster: NodeCluster

before(async () => {
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'kubeling-test', disk])
  cluster = await NodeCluster.start({
    rootDir: join(disk, 'kubelet'),
    evictionHard: { 'nodefs.available': '30%' },
    evictionCheckMs: 500,
    evictionTransitionMs: 8000,
  })
})

after(async () => {
  await cluster.close()
  await run('umount', [disk])
  rmSync(disk, { recursive: true, force: true })
})

const isUnderPressure = async () => {
  const { status } = await cluster.client.get<Node>(nodes, cluster.kubelet.nodeName)
  return status?.conditions?.find(({ type }) => type === 'DiskPressure')?.status === 'True'
}

const fill = 'dd if=/dev/zero of=/data/big bs=1M count=50 2>/dev/null; exec sleep 1000'

test('a full disk: the node says so, evicts who fills it, refuses pods meanwhile, and takes them again', async () => {
  await cluster.run('modest', { containers: [{ name: 'main', command: ['sleep', '1000'] }] })
  await cluster.reaches('modest', 'Running')
  await cluster.run('greedy', {
    containers: [
      { name: 'main', command: ['sh', '-c', fill], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  })
  const evicted = await cluster.reaches('greedy', 'Failed')
  assert.equal(evicted.status?.reason, 'Evicted')
  const words =
    /^The node was low on resource: ephemeral-storage\. Threshold quantity: \S+, available: \S+\. /
  assert.match(evicted.status?.message ?? '', words)
  await until('the condition', isUnderPressure, 20_000)

  await cluster.run('late', { containers: [{ name: 'main', command: ['sleep', '1000'] }] })
  const refused = await cluster.reaches('late', 'Failed')
  assert.equal(refused.status?.message, 'Pod was rejected: The node had condition: [DiskPressure]. ')

  // What the evicted pod held is given back.
  await until('the condition to go', async () => !(await isUnderPressure()), 30_000)
  await cluster.run('after', { containers: [{ name: 'main', command: ['sleep', '1000'] }] })
  await cluster.reaches('after', 'Running')
  assert.equal((await cluster.pod('modest'))?.status?.phase, 'Running')
})

test('a pod that writes more than its limit of ephemeral storage is evicted', async () => {
  const command = ['sh', '-c', 'dd if=/dev/zero of=/data/some bs=1M count=5 2>/dev/null; exec sleep 1000']
  const resources = { limits: { 'ephemeral-storage': '2Mi' } }
  const volumeMounts = [{ name: 'data', mountPath: '/data' }]
  await cluster.run('limited', {
    containers: [{ name: 'main', command, resources, volumeMounts }],
    volumes: [{ name: 'data', emptyDir: {} }],
  })
  const { status } = await cluster.reaches('limited', 'Failed')
  const message = 'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. '
  assert.deepEqual([status?.reason, status?.message], ['Evicted', message])
})
