// Cgroups of pods on a containerd of the test's own: what the kubelet makes, read from the files of the kernel.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { NodePods } from '../../testkit/host/node-pods.ts'
import { until } from '../../testkit/host/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-cgroups-'))
const mount = '/sys/fs/cgroup'
const isUnified = existsSync(join(mount, 'cgroup.controllers'))
const whyNot = 'the machine has one tree for all controllers: what is read here is of version 1'
const megabyte = 2 ** 20
let node: NodePods

before(async () => {
  node = await NodePods.start(folder, { podPidsMax: 40 })
})

after(async () => {
  await node.close()
  rmSync(folder, { recursive: true, force: true })
})

const forever = ['sh', '-c', 'exec sleep 1000']
/** What the kernel says in one of a controller's files, of a cgroup below that of all pods. */
const value = (controller: string, path: string, file: string) =>
  readFileSync(join(mount, controller, node.cgroupRoot, 'kubepods', path, file), 'utf8').trim()
/** Where a process is, by controller. */
const cgroupOf = (pid: number, controller: string) =>
  new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm').exec(
    readFileSync(`/proc/${pid}/cgroup`, 'utf8'),
  )?.[1] ?? ''

const unifiedSkip = isUnified ? { skip: whyNot } : {}

test(
  'each pod has a cgroup below that of its class, with what it asks for and may use',
  unifiedSkip,
  async () => {
    const limits = { cpu: '100m', memory: '32Mi' }
    node.add('guaranteed', [{ command: forever, resources: { requests: limits, limits } }])
    node.add('burstable', [
      { command: forever, resources: { requests: { cpu: '250m' }, limits: { cpu: '500m', memory: '64Mi' } } },
    ])
    node.add('besteffort', [{ command: forever }])
    for (const name of ['guaranteed', 'burstable', 'besteffort']) await node.running(name)

    assert.equal(value('cpu', '', 'cpu.shares'), '2048')
    assert.equal(value('memory', '', 'memory.limit_in_bytes'), String(2 ** 30))
    assert.equal(value('pids', '', 'pids.max'), '5000')
    assert.equal(value('cpu', 'besteffort', 'cpu.shares'), '2')
    assert.equal(value('cpu', 'burstable', 'cpu.shares'), '256')

    assert.equal(value('cpu', 'podguaranteed-uid', 'cpu.shares'), '102')
    assert.equal(value('cpu', 'podguaranteed-uid', 'cpu.cfs_quota_us'), '10000')
    assert.equal(value('memory', 'podguaranteed-uid', 'memory.limit_in_bytes'), String(32 * megabyte))
    assert.equal(value('pids', 'podguaranteed-uid', 'pids.max'), '40')
    assert.equal(value('cpu', 'burstable/podburstable-uid', 'cpu.shares'), '256')
    assert.equal(
      value('memory', 'burstable/podburstable-uid', 'memory.limit_in_bytes'),
      String(64 * megabyte),
    )
    assert.equal(value('cpu', 'besteffort/podbesteffort-uid', 'cpu.shares'), '2')
    assert.equal(value('cpu', 'besteffort/podbesteffort-uid', 'cpu.cfs_quota_us'), '-1')

    const { pid, id } = await node.process('burstable')
    const path = `${node.cgroupRoot}/kubepods/burstable/podburstable-uid/${id}`
    for (const controller of ['cpu', 'memory', 'pids']) assert.equal(cgroupOf(pid, controller), path)
    const own = (controller: string, file: string) =>
      readFileSync(join(mount, controller, path, file), 'utf8').trim()
    assert.equal(own('cpu', 'cpu.shares'), '256')
    assert.equal(own('cpu', 'cpu.cfs_quota_us'), '50000')
    assert.equal(own('memory', 'memory.limit_in_bytes'), String(64 * megabyte))
    assert.equal(
      own('memory', 'memory.memsw.limit_in_bytes'),
      String(64 * megabyte),
      'nothing is swapped out',
    )
  },
)

test('OOM scores follow the class, and a pod that goes leaves no cgroup', unifiedSkip, async (t) => {
  const score = async (name: string) =>
    Number(readFileSync(`/proc/${(await node.process(name)).pid}/oom_score_adj`, 'utf8'))
  assert.equal(await score('besteffort'), 1000)
  // 64Mi of 1Gi.
  assert.equal(await score('burstable'), 938)
  if (node.mayLowerOomScore) assert.equal(await score('guaranteed'), -997)
  else t.diagnostic('a guaranteed pod’s score cannot be lowered: no CAP_SYS_RESOURCE')
  for (const name of ['guaranteed', 'burstable', 'besteffort']) await node.remove(name)
  for (const controller of ['cpu', 'memory', 'pids', 'cpuset', 'systemd'])
    for (const path of ['podguaranteed-uid', 'burstable/podburstable-uid', 'besteffort/podbesteffort-uid'])
      assert.equal(existsSync(join(mount, controller, node.cgroupRoot, 'kubepods', path)), false)
  await until('the share of the class to go', () => value('cpu', 'burstable', 'cpu.shares') === '2')
})

test('a pod’s own resources limit all of its containers together', unifiedSkip, async () => {
  const resources = { requests: { cpu: '500m', memory: '48Mi' }, limits: { cpu: '1', memory: '48Mi' } }
  node.add('whole', [{ command: forever }, { name: 'second', command: forever }], { resources })
  await node.running('whole')
  assert.equal(value('cpu', 'burstable/podwhole-uid', 'cpu.shares'), '512')
  assert.equal(value('cpu', 'burstable/podwhole-uid', 'cpu.cfs_quota_us'), '100000')
  assert.equal(value('memory', 'burstable/podwhole-uid', 'memory.limit_in_bytes'), String(48 * megabyte))
  await node.remove('whole')
})

test('a container that takes more memory than it may ends as OOMKilled with 137', unifiedSkip, async () => {
  const exec = ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1']
  node.add('oom', [{ command: exec, resources: { limits: { memory: '24Mi' } } }], { restartPolicy: 'Never' })
  await until('the pod to fail', () => node.status('oom')?.phase === 'Failed')
  const ended = node.status('oom')?.containerStatuses?.[0]?.state?.terminated
  assert.equal(ended?.reason, 'OOMKilled')
  assert.equal(ended?.exitCode, 137)
  await node.remove('oom')
})

test('a pod has no more processes than it may', unifiedSkip, async () => {
  const fork = ['sh', '-c', 'for i in $(seq 60); do sleep 20 & done; wait']
  node.add('forks', [{ command: fork }], { restartPolicy: 'Never' })
  await until('the pod to fail', () => node.status('forks')?.phase === 'Failed')
  assert.match(node.log('forks'), /can't fork: Resource temporarily unavailable/)
  await node.remove('forks')
})

test('a cgroup that no pod is of goes; one that others made stays', unifiedSkip, async () => {
  const at = (name: string) => join(mount, 'cpu', node.cgroupRoot, 'kubepods/besteffort', name)
  mkdirSync(at('podleft-behind'))
  mkdirSync(at('others'))
  await node.restart()
  await until('the orphan to go', () => !existsSync(at('podleft-behind')))
  assert.ok(existsSync(at('others')))
})

test('cgroups of version 2', (t) => {
  if (!isUnified) t.skip('the machine has cgroups of version 1: held to files in src/kubelet/cgroups')
})

test('huge pages are limited', (t) => {
  if (!existsSync(join(mount, 'hugetlb')))
    t.skip('the machine has no hugetlb controller: held to files in src/kubelet/cgroups')
})
