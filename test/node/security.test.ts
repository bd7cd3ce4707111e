// What pods say of their security, read from /proc of the processes that run on a containerd of the test's own.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { hasAppArmor } from '../../src/kubelet/pod/admit-security.ts'
import { NodePods } from '../../testkit/host/node-pods.ts'
import { until } from '../../testkit/host/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-security-'))
let node: NodePods

before(async () => {
  node = await NodePods.start(folder, { allowedUnsafeSysctls: ['kernel.msg*'] })
})

after(async () => {
  await node.close()
  rmSync(folder, { recursive: true, force: true })
})

const forever = ['sh', '-c', 'exec sleep 1000']

/** Runs a pod with one container and gives its process's files of /proc. */
async function proc(name: string, securityContext: object, spec: object = {}) {
  node.add(name, [{ command: forever, securityContext }], spec)
  await node.running(name)
  const { pid } = await node.process(name)
  return (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8')
}

/** A line of /proc/<pid>/status. */
const line = (status: string, name: string) =>
  new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(status)?.[1]?.replace(/\s+/g, ' ')
/** True when a set of capabilities has one, by its number. */
const has = (status: string, set: string, number: number) =>
  ((BigInt(`0x${line(status, set) ?? '0'}`) >> BigInt(number)) & 1n) === 1n
/** The mount at a path, as options and sort. */
const mountAt = (mountinfo: string, path: string) =>
  mountinfo.split('\n').findLast((one) => one.split(' ')[4] === path)

/** What this machine has of what containers may not see. */
const hidden =
  ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/scsi'].find((path) => existsSync(path)) ?? ''
const [chown, netRaw, netAdmin, sysAdmin, sysTime] = [0, 13, 12, 21, 25] as const

test('user, group and further groups are those of the pod, the container going first', async () => {
  const securityContext = { runAsUser: 1001, runAsGroup: 2002, supplementalGroups: [3003], fsGroup: 4004 }
  const of = await proc('users', { runAsUser: 1005 }, { securityContext })
  const status = of('status')
  assert.equal(line(status, 'Uid'), '1005 1005 1005 1005')
  assert.equal(line(status, 'Gid'), '2002 2002 2002 2002')
  assert.deepEqual(line(status, 'Groups')?.split(' ').sort(), ['2002', '3003', '4004'])
})

test('a group without a user is held with the user of the image', async () => {
  const of = await proc('group', { runAsGroup: 2002 })
  assert.equal(line(of('status'), 'Uid'), '0 0 0 0')
  assert.equal(line(of('status'), 'Gid'), '2002 2002 2002 2002')
})

test('who would run as root where that is forbidden does not start', async () => {
  node.add('root', [{ command: forever }], { securityContext: { runAsNonRoot: true } })
  const whose = '(pod: "root_default(root-uid)", container: main)'
  const message = `container has runAsNonRoot and image will run as root ${whose}`
  assert.equal(await node.waiting('root', 'CreateContainerConfigError'), message)
  assert.ok(node.events('root').includes(`Failed: Error: ${message}`), node.events('root').join('\n'))
  const zero = { runAsNonRoot: true, runAsUser: 0 }
  node.add('zero', [{ command: forever, securityContext: zero }])
  assert.match(
    await node.waiting('zero', 'CreateContainerConfigError'),
    /^container's runAsUser breaks non-root/,
  )
  const of = await proc('other', { runAsNonRoot: true, runAsUser: 7 })
  assert.equal(line(of('status'), 'Uid'), '7 7 7 7')
})

test('capabilities are added and taken away', async () => {
  const plain = (await proc('plain', {}))('status')
  assert.ok(has(plain, 'CapEff', chown) && has(plain, 'CapEff', netRaw))
  assert.ok(!has(plain, 'CapEff', netAdmin) && !has(plain, 'CapBnd', sysAdmin))
  const some = (await proc('some', { capabilities: { add: ['NET_ADMIN', 'SYS_TIME'], drop: ['NET_RAW'] } }))(
    'status',
  )
  assert.ok(has(some, 'CapEff', netAdmin) && has(some, 'CapEff', sysTime) && !has(some, 'CapEff', netRaw))
  const none = (await proc('none', { capabilities: { drop: ['ALL'] } }))('status')
  assert.equal(line(none, 'CapEff'), '0000000000000000')
  assert.equal(line(none, 'CapBnd'), '0000000000000000')
})

test('privileges are not gained where they may not be', async () => {
  const may = await proc('may', {})
  assert.equal(line(may('status'), 'NoNewPrivs'), '0')
  const not = await proc('not', { allowPrivilegeEscalation: false })
  assert.equal(line(not('status'), 'NoNewPrivs'), '1')
})

test('a root that is read-only is mounted so', async () => {
  const mounts = (await proc('read-only', { readOnlyRootFilesystem: true }))('mountinfo')
  assert.match(mountAt(mounts, '/') ?? '', / \/ \/ ro[, ]/)
  const others = (await proc('writable', {}))('mountinfo')
  assert.match(mountAt(others, '/') ?? '', / \/ \/ rw[, ]/)
})

test('a privileged container has all that the machine has; another sees no more of the kernel than it may', async (t) => {
  const whole = await proc('whole', { privileged: true })
  if (!node.mayLowerOomScore) t.diagnostic('all but CAP_SYS_RESOURCE, which the machine withholds')
  assert.ok(has(whole('status'), 'CapEff', sysAdmin))
  assert.equal(line(whole('status'), 'Seccomp'), '0')
  assert.equal(mountAt(whole('mountinfo'), hidden), undefined)
  assert.match(mountAt(whole('mountinfo'), '/sys') ?? '', / \/sys rw[, ]/)
  const plain = (await proc('masked', {}))('mountinfo')
  assert.ok(mountAt(plain, hidden), `${hidden} is covered`)
  assert.match(mountAt(plain, '/proc/sys') ?? '', / \/proc\/sys ro[, ]/)
  assert.match(mountAt(plain, '/sys') ?? '', / \/sys ro[, ]/)
  const bare = (await proc('bare', { procMount: 'Unmasked' }))('mountinfo')
  assert.equal(mountAt(bare, hidden), undefined)
  assert.equal(mountAt(bare, '/proc/sys'), undefined)
})

test('seccomp: none by default, the runtime’s, or one of the node’s own', async () => {
  const mode = async (name: string, seccompProfile: object | undefined) =>
    line((await proc(name, seccompProfile ? { seccompProfile } : {}))('status'), 'Seccomp')
  assert.equal(await mode('no-profile', undefined), '0')
  assert.equal(await mode('unconfined', { type: 'Unconfined' }), '0')
  assert.equal(await mode('by-runtime', { type: 'RuntimeDefault' }), '2')
  const profiles = join(folder, 'kubelet/seccomp/profiles')
  mkdirSync(profiles, { recursive: true })
  const refuses = {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO' }],
  }
  writeFileSync(join(profiles, 'no-mkdir.json'), JSON.stringify(refuses))
  const seccompProfile = { type: 'Localhost', localhostProfile: 'profiles/no-mkdir.json' }
  node.add('local', [{ command: ['mkdir', '/new'], securityContext: { seccompProfile } }], {
    restartPolicy: 'Never',
  })
  await until('the pod to fail', () => node.status('local')?.phase === 'Failed')
  assert.match(node.log('local'), /can't create directory '\/new': Operation not permitted/)
  const missing = { type: 'Localhost', localhostProfile: 'none.json' }
  node.add('missing', [{ command: forever, securityContext: { seccompProfile: missing } }])
  assert.match(
    await node.waiting('missing', 'CreateContainerError'),
    /cannot load seccomp profile.*none\.json/,
  )
})

test('sysctls: safe ones for all, others where the node allows them, none of the machine’s own', async () => {
  const securityContext = {
    sysctls: [
      { name: 'net/ipv4/ip_unprivileged_port_start', value: '1' },
      { name: 'kernel.msgmax', value: '4096' },
    ],
  }
  node.add(
    'sysctls',
    [{ command: ['cat', '/proc/sys/net/ipv4/ip_unprivileged_port_start', '/proc/sys/kernel/msgmax'] }],
    { restartPolicy: 'Never', securityContext },
  )
  await until('the pod to succeed', () => node.status('sysctls')?.phase === 'Succeeded')
  assert.match(node.log('sysctls'), /stdout F 1\n.*stdout F 4096\n/s)
  const unsafe = { securityContext: { sysctls: [{ name: 'kernel.sem', value: '1' }] } }
  node.add('unsafe', [{ command: forever }], unsafe)
  await until('the pod to be refused', () => node.status('unsafe')?.phase === 'Failed')
  assert.equal(node.status('unsafe')?.reason, 'SysctlForbidden')
  assert.equal(
    node.status('unsafe')?.message,
    'Pod was rejected: forbidden sysctl: "kernel.sem" not allowlisted',
  )
})

test('groups that only an image names: refused where the runtime cannot keep them away', async () => {
  node.add('strict', [{ command: forever }], { securityContext: { supplementalGroupsPolicy: 'Strict' } })
  await until('the pod to be refused', () => node.status('strict')?.phase === 'Failed')
  assert.equal(node.status('strict')?.reason, 'SupplementalGroupsPolicyNotSupported')
})

test('user namespaces: refused where the runtime has none', async () => {
  node.add('users-own', [{ command: forever }], { hostUsers: false })
  const text =
    "FailedCreatePodSandBox: Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces"
  await until('the event', () => node.events('users-own').includes(text))
  assert.deepEqual(node.status('users-own')?.containerStatuses?.[0]?.state?.running, undefined)
})

test('AppArmor: refused where the kernel has none', async (t) => {
  if (hasAppArmor()) return t.skip('the kernel has AppArmor: what it refuses is held by a unit test')
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/main': 'runtime/default' }
  node.add('armed', [{ command: forever }], {}, { annotations })
  await until('the pod to be refused', () => node.status('armed')?.phase === 'Failed')
  assert.equal(node.status('armed')?.reason, 'AppArmor')
  assert.equal(
    node.status('armed')?.message,
    'Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host',
  )
})

test('AppArmor: a process is under the profile that its container names', async (t) => {
  if (!hasAppArmor())
    return t.skip('the kernel has no AppArmor: what the runtime is told is held by a unit test')
  const of = await proc('profile', { appArmorProfile: { type: 'RuntimeDefault' } })
  assert.match(of('attr/current'), /\(enforce\)/)
})

test('SELinux: a process has the label that its container names', (t) => {
  if (!existsSync('/sys/fs/selinux/enforce'))
    t.skip('the kernel has no SELinux: what the runtime is told is held by a unit test')
})
