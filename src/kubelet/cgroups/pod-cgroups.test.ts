import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { openCgroups } from './cgroup-tree.ts'
import { QosCgroups } from './pod-cgroups.ts'

const megabyte = 2 ** 20

/** A folder with files, as a kernel would show them. */
function mounted(t: TestContext, files: Record<string, string>) {
  const mount = mkdtempSync(join(tmpdir(), 'cgroups-'))
  t.after(() => rmSync(mount, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(mount, path)), { recursive: true })
    writeFileSync(join(mount, path), text)
  }
  return mount
}

const version1 = {
  'cpuset/cpuset.cpus': '0-1\n',
  'cpuset/cpuset.mems': '0\n',
  'cpu/a': '',
  'memory/a': '',
  'pids/a': '',
}
const version2 = { 'cgroup.controllers': 'cpuset cpu io memory pids\n' }

const allPods = { cpuShares: 2048, memoryBytes: 900 * megabyte, pids: 4000 }
const cgroups = (mount: string, driver: 'cgroupfs' | 'systemd' = 'cgroupfs') =>
  new QosCgroups({ driver, root: '/', allPods, podPidsMax: 100, mount })

const pod = (uid: string, requests: object, limits: object = {}) =>
  ({
    metadata: { uid },
    spec: { containers: [{ name: 'a', resources: { requests, limits } }] },
  }) as unknown as Pod

const limited = pod('1', { cpu: '100m', memory: '32Mi' }, { cpu: '500m', memory: '64Mi' })

test('on version 1 each controller is told its part, below cgroups for the class and for all pods', async (t) => {
  const mount = mounted(t, version1)
  const read = (path: string) => readFileSync(join(mount, path), 'utf8')
  const own = cgroups(mount)
  await own.prepare(limited, [limited, pod('2', { cpu: '300m' }), pod('3', {})])
  assert.equal(own.parentOf(limited), '/kubepods/burstable/pod1')
  assert.equal(read('cpu/kubepods/cpu.shares'), '2048')
  assert.equal(read('memory/kubepods/memory.limit_in_bytes'), String(900 * megabyte))
  assert.equal(read('pids/kubepods/pids.max'), '4000')
  assert.equal(read('cpu/kubepods/besteffort/cpu.shares'), '2')
  assert.equal(read('cpu/kubepods/burstable/cpu.shares'), '409')
  assert.equal(read('cpu/kubepods/burstable/pod1/cpu.shares'), '102')
  assert.equal(read('cpu/kubepods/burstable/pod1/cpu.cfs_quota_us'), '50000')
  assert.equal(read('cpu/kubepods/burstable/pod1/cpu.cfs_period_us'), '100000')
  assert.equal(read('memory/kubepods/burstable/pod1/memory.limit_in_bytes'), String(64 * megabyte))
  assert.equal(read('pids/kubepods/burstable/pod1/pids.max'), '100')
  assert.equal(read('cpuset/kubepods/burstable/pod1/cpuset.cpus'), '0-1\n')
  assert.equal(read('cpuset/kubepods/burstable/pod1/cpuset.mems'), '0\n')
  assert.deepEqual(await own.uids(), ['1'])
  await own.remove('2', [limited])
  assert.equal(read('cpu/kubepods/burstable/cpu.shares'), '102')
})

test('on version 2 one tree is told all, and hands its controllers down', async (t) => {
  const mount = mounted(t, version2)
  const read = (path: string) => readFileSync(join(mount, path), 'utf8')
  await cgroups(mount).prepare(limited, [limited])
  assert.equal(read('cgroup.subtree_control'), '+cpu +cpuset +memory +pids')
  assert.equal(read('kubepods/burstable/cgroup.subtree_control'), '+cpu +cpuset +memory +pids')
  assert.equal(existsSync(join(mount, 'kubepods/burstable/pod1/cgroup.subtree_control')), false)
  assert.equal(read('kubepods/cpu.weight'), '174')
  assert.equal(read('kubepods/memory.max'), String(900 * megabyte))
  assert.equal(read('kubepods/besteffort/cpu.weight'), '1')
  assert.equal(read('kubepods/burstable/pod1/cpu.weight'), '17')
  assert.equal(read('kubepods/burstable/pod1/cpu.max'), '50000 100000')
  assert.equal(read('kubepods/burstable/pod1/memory.max'), String(64 * megabyte))
  assert.equal(read('kubepods/burstable/pod1/pids.max'), '100')
  for (const name of ['memory.min', 'memory.high'])
    assert.equal(existsSync(join(mount, 'kubepods/burstable/pod1', name)), false)
})

test('a limit that is gone is taken back', async (t) => {
  const [one, two] = [mounted(t, version1), mounted(t, version2)]
  for (const mount of [one, two]) {
    const own = cgroups(mount)
    await own.prepare(limited, [])
    await own.prepare(pod('1', { cpu: '100m' }), [])
  }
  const read = (mount: string, path: string) => readFileSync(join(mount, path), 'utf8')
  assert.equal(read(one, 'cpu/kubepods/burstable/pod1/cpu.cfs_quota_us'), '-1')
  assert.equal(read(one, 'memory/kubepods/burstable/pod1/memory.limit_in_bytes'), '-1')
  assert.equal(read(two, 'kubepods/burstable/pod1/cpu.max'), 'max 100000')
  assert.equal(read(two, 'kubepods/burstable/pod1/memory.max'), 'max')
})

test('pages that a pod does not ask for it cannot have', async (t) => {
  const pages = mounted(t, { 'hugepages-2048kB/a': '', 'hugepages-1048576kB/a': '' })
  const [one, two] = [mounted(t, { 'hugetlb/file': '' }), mounted(t, { 'cgroup.controllers': 'hugetlb\n' })]
  const hugePages = new Map([['2MB', 4 * megabyte]])
  for (const mount of [one, two]) {
    const tree = await openCgroups(mount, pages)
    await tree.make('/a')
    await tree.limit('/a', { hugePages })
  }
  const read = (path: string) => readFileSync(path, 'utf8')
  assert.equal(read(join(one, 'hugetlb/a/hugetlb.2MB.limit_in_bytes')), String(4 * megabyte))
  assert.equal(read(join(one, 'hugetlb/a/hugetlb.1GB.limit_in_bytes')), '0')
  assert.equal(read(join(two, 'a/hugetlb.2MB.max')), String(4 * megabyte))
  assert.equal(read(join(two, 'a/hugetlb.1GB.max')), '0')
})

test('remove() takes a cgroup out of every tree, whatever its class, and tells what holds it', async (t) => {
  const mount = mounted(t, { 'cpu/a': '', 'pids/a': '' })
  const folder = join(mount, 'pids/kubepods/besteffort/pod7')
  mkdirSync(join(folder, 'container'), { recursive: true })
  mkdirSync(join(mount, 'cpu/kubepods/besteffort/pod7'), { recursive: true })
  const own = cgroups(mount)
  assert.deepEqual(await own.uids(), ['7'])
  await own.remove('7', [])
  assert.deepEqual(await own.uids(), [])
  mkdirSync(folder)
  writeFileSync(join(folder, 'held'), '')
  await assert.rejects(own.remove('7', []), { code: 'ENOTEMPTY' })
})

test('a machine without control groups says so at the first pod, and is asked again', async (t) => {
  const mount = mounted(t, {})
  const own = cgroups(mount)
  await assert.rejects(own.prepare(limited, []), /no control groups are mounted at /)
  writeFileSync(join(mount, 'cgroup.controllers'), 'cpu\n')
  await own.prepare(limited, [])
  assert.deepEqual(await own.uids(), ['1'])
})

test('with systemd, pods are found by the names of their slices', async (t) => {
  const own = cgroups(mounted(t, version2), 'systemd')
  await own.prepare(pod('a-b', {}), [])
  assert.equal(own.parentOf(pod('a-b', {})), 'kubepods-besteffort-poda_b.slice')
  assert.deepEqual(await own.uids(), ['a-b'])
})
