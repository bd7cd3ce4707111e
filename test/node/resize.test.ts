// Resources of running pods on a containerd of the test's own: what the kernel holds containers to after a change, who
// goes on and who starts again; and containers that start again by rules of their own.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { NodePods } from '../../testkit/host/node-pods.ts'
import { until } from '../../testkit/host/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-resize-'))
const mount = '/sys/fs/cgroup'
const isUnified = existsSync(join(mount, 'cgroup.controllers'))
const whyNot = 'the machine has one tree for all controllers: what is read here is of version 1'
const unifiedSkip = isUnified ? { skip: whyNot } : {}
const megabyte = 2 ** 20
let node: NodePods

before(async () => {
  node = await NodePods.start(folder, {
    node: {
      name: 'node-1',
      hostIPs: ['192.0.2.1'],
      capacity: { cpuMilli: 2000, memoryBytes: 2 ** 30 },
      allocatable: { cpuMilli: 1000, memoryBytes: 2 ** 30, pods: 20 },
      clusterDNS: [],
      clusterDomain: 'cluster.local',
    },
  })
})

after(async () => {
  await node.close()
  rmSync(folder, { recursive: true, force: true })
})

const forever = ['sh', '-c', 'exec sleep 1000']
const amounts = (cpu: string, memory: string, limit = cpu) => ({
  requests: { cpu, memory },
  limits: { cpu: limit, memory },
})
const value = (controller: string, path: string, file: string) =>
  readFileSync(join(mount, controller, node.cgroupRoot, 'kubepods/burstable', path, file), 'utf8').trim()
const status = (name: string) => node.status(name)?.containerStatuses?.[0]
const resizing = (name: string) =>
  (node.status(name)?.conditions ?? []).filter(({ type }) => type.startsWith('PodResize'))

/** Waits until a pod has what it asked for and says so. */
const settled = (name: string, cpu: string) =>
  until(`${name} to be resized`, () => {
    const { resources } = status(name) ?? {}
    return resources?.requests?.cpu === cpu && resizing(name).length === 0
  })

test('a running container gets and gives back CPU and memory, and goes on', unifiedSkip, async () => {
  node.add('grown', [{ command: forever, resources: amounts('100m', '32Mi', '200m') }])
  await node.running('grown')
  const { pid, id } = await node.process('grown')
  for (const [cpu, limit, megabytes, shares, quota] of [
    ['250m', '500m', 64, '256', '50000'],
    ['100m', '200m', 48, '102', '20000'],
  ] as const) {
    node.resize('grown', [{ resources: amounts(cpu, `${megabytes}Mi`, limit) }])
    await settled('grown', cpu)
    for (const path of ['podgrown-uid', `podgrown-uid/${id}`]) {
      assert.equal(value('cpu', path, 'cpu.shares'), shares)
      assert.equal(value('cpu', path, 'cpu.cfs_quota_us'), quota)
      assert.equal(value('memory', path, 'memory.limit_in_bytes'), String(megabytes * megabyte))
    }
    assert.deepEqual(status('grown')?.allocatedResources, { cpu, memory: `${megabytes}Mi` })
  }
  assert.equal((await node.process('grown')).pid, pid, 'the same process')
  assert.equal(status('grown')?.restartCount, 0)
  const words = node.events('grown').filter((text) => text.startsWith('Resize'))
  const said =
    '{"containers":[{"name":"main","resources":{"limits":{"cpu":"500m","memory":"64Mi"},"requests":{"cpu":"250m","memory":"64Mi"}}}],"generation":2}'
  assert.ok(words.includes(`ResizeStarted: Pod resize started: ${said}`), words.join('\n'))
  assert.ok(words.includes(`ResizeCompleted: Pod resize completed: ${said}`), words.join('\n'))
  await node.remove('grown')
})

test('memory that is in use is not taken away', unifiedSkip, async () => {
  // What is in /dev/shm can be given up by nobody.
  const hold = ['sh', '-c', 'dd if=/dev/zero of=/dev/shm/held bs=1M count=20; exec sleep 1000']
  node.add('full', [{ command: hold, resources: amounts('50m', '128Mi', '500m') }])
  await node.running('full')
  const used = () => Number(value('memory', 'podfull-uid', 'memory.usage_in_bytes'))
  await until('memory to be in use', () => used() > 16 * megabyte)
  node.resize('full', [{ resources: amounts('50m', '4Mi', '500m') }])
  await until('the resize to fail', () => resizing('full')[0]?.reason === 'Error')
  const [condition] = resizing('full')
  assert.equal(condition?.type, 'PodResizeInProgress')
  assert.match(
    condition?.message ?? '',
    /^cannot decrease memory limits: \[attempting to set pod memory limit \(4194304\) below current usage \(\d+\), attempting to set container "main" memory limit \(4194304\) below current usage \(\d+\)\]$/,
  )
  assert.equal(status('full')?.resources?.limits?.memory, '128Mi')
  node.resize('full', [{ resources: amounts('50m', '128Mi', '500m') }])
  await settled('full', '50m')
  await node.remove('full')
})

test('a container whose policy says so starts again with what it gets', unifiedSkip, async () => {
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  node.add('anew', [{ command: forever, resizePolicy, resources: amounts('100m', '32Mi', '200m') }])
  await node.running('anew')
  const { id } = await node.process('anew')
  node.resize('anew', [{ resources: amounts('150m', '32Mi', '200m') }])
  await settled('anew', '150m')
  assert.equal((await node.process('anew')).id, id, 'CPU alone restarts nothing')
  node.resize('anew', [{ resources: amounts('160m', '64Mi', '200m') }])
  await until('the container to start again', () => status('anew')?.restartCount === 1)
  await settled('anew', '160m')
  const next = await node.process('anew')
  assert.equal(value('memory', `podanew-uid/${next.id}`, 'memory.limit_in_bytes'), String(64 * megabyte))
  assert.equal(value('memory', 'podanew-uid', 'memory.limit_in_bytes'), String(64 * megabyte))
  assert.ok(node.events('anew').includes('Killing: Container main resize requires restart'))
  await node.remove('anew')
})

test('what does not fit waits, over a restart of the kubelet too', unifiedSkip, async () => {
  node.add('big', [{ command: forever, resources: amounts('400m', '32Mi', '600m') }])
  node.add('beside', [{ command: forever, resources: amounts('400m', '32Mi', '600m') }])
  for (const name of ['big', 'beside']) await node.running(name)
  const { pid } = await node.process('big')
  node.resize('big', [{ resources: amounts('5', '32Mi', '6') }])
  await until('the resize to be refused', () => resizing('big')[0]?.reason === 'Infeasible')
  assert.equal(
    resizing('big')[0]?.message,
    "Node didn't have enough capacity: cpu, requested: 5000, capacity: 1000",
  )
  assert.equal(resizing('big')[0]?.type, 'PodResizePending')
  node.resize('big', [{ resources: amounts('700m', '32Mi', '800m') }])
  await until('the resize to wait', () => resizing('big')[0]?.reason === 'Deferred')
  await node.restart()
  await until('the resize to wait again', () => resizing('big')[0]?.reason === 'Deferred')
  assert.equal(
    resizing('big')[0]?.message,
    "Node didn't have enough resource: cpu, requested: 700, used: 400, capacity: 1000",
  )
  assert.deepEqual(status('big')?.allocatedResources, { cpu: '400m', memory: '32Mi' })
  assert.equal(value('cpu', 'podbig-uid', 'cpu.shares'), '409')
  await node.remove('beside')
  await settled('big', '700m')
  assert.equal(value('cpu', 'podbig-uid', 'cpu.shares'), '716')
  assert.equal((await node.process('big')).pid, pid, 'the same process')
})

test('an exit code that its rules name starts a container again, in a pod that does not', async () => {
  const twice = ['sh', '-c', 'test -e /v/once && exit 3; touch /v/once; exit 42']
  const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }]
  const rules = { restartPolicy: 'Never', restartPolicyRules, volumeMounts: [{ name: 'v', mountPath: '/v' }] }
  node.add('ruled', [{ command: twice, ...rules } as object], {
    restartPolicy: 'Never',
    volumes: [{ name: 'v', emptyDir: {} }],
  })
  await until('the pod to fail', () => node.status('ruled')?.phase === 'Failed')
  assert.equal(status('ruled')?.restartCount, 1)
  assert.equal(status('ruled')?.state?.terminated?.exitCode, 3)
  assert.equal(status('ruled')?.lastState?.terminated?.exitCode, 42)
})
