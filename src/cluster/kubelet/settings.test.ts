import assert from 'node:assert/strict'
import { cpus } from 'node:os'
import { test } from 'node:test'
import { type Flag, parseFlags } from '#base/flags'
import { fieldFlags } from './configuration/field-flags.ts'
import { kubeletFlagSections, kubeletFlags } from './flags.ts'
import { kubeletHelp } from './help.ts'
import { kubeletSettingsFromFlags } from './settings.ts'

const encoder = new TextEncoder()

function read(argv: string, stored: Record<string, string> = {}) {
  const { values } = parseFlags(kubeletFlags, argv.split(' '))
  const files = {
    read: async (path: string) => (stored[path] === undefined ? undefined : encoder.encode(stored[path])),
    write: async () => {},
  }
  return kubeletSettingsFromFlags(values, { files, readLogs: async () => undefined, userAgent: 'kubelet/v1' })
}

test("the tutorial's flag is enough: everything else has upstream's default", async () => {
  const { client, readLogs: _, ...rest } = await read('--api-servers=192.168.8.100:8080')
  assert.notEqual(client, undefined)
  assert.deepEqual(rest, {
    registerNode: true,
    nodeIPs: [],
    nodeLabels: {},
    taints: [],
    statusMs: 10_000,
    leaseSeconds: 40,
    imagesMax: 50,
    podsMax: 110,
    kubeReserved: {},
    systemReserved: {},
    enforcesAllocatable: true,
    cgroupDriver: 'cgroupfs',
    cgroupsPerQos: true,
    podPidsMax: -1,
    allowedUnsafeSysctls: [],
    seccompDefault: false,
    runtimeEndpoint: 'unix:///run/containerd/containerd.sock',
    rootDir: '/var/lib/kubelet',
    podLogsDir: '/var/log/pods',
    manifestCheckMs: 20_000,
    syncMs: 60_000,
    clusterDNS: [],
    clusterDomain: 'cluster.local',
    resolvConf: '/etc/resolv.conf',
    serializeImagePulls: true,
    server: { address: '0.0.0.0', port: 10250 },
    healthz: { address: '127.0.0.1', port: 10248 },
    logLimits: { bytesMax: 10_485_760, filesMax: 5 },
    logCheckMs: 10_000,
    anonymousAuth: false,
    authorization: 'Administrators',
    reviews: { tokens: true, tokenMs: 120_000, allowedMs: 300_000, deniedMs: 30_000 },
    evictionGraceSecondsMax: 0,
    evictionTransitionMs: 300_000,
  })
})

test('flags about evictions become settings', async () => {
  const settings = await read(
    [
      '--pod-manifest-path=/m --eviction-soft=memory.available<1Gi --eviction-max-pod-grace-period=30',
      '--eviction-soft-grace-period=memory.available=1m30s --eviction-minimum-reclaim=imagefs.available=2Gi',
      '--eviction-pressure-transition-period=30s',
    ].join(' '),
  )
  assert.deepEqual(settings.evictionSoft, { 'memory.available': '1Gi' })
  assert.deepEqual(settings.evictionSoftGraceMs, { 'memory.available': 90_000 })
  assert.deepEqual(settings.evictionMinimumReclaim, { 'imagefs.available': '2Gi' })
  assert.deepEqual([settings.evictionGraceSecondsMax, settings.evictionTransitionMs], [30, 30_000])
})

test('flags become settings', async () => {
  const files = { '/ca': 'CA', '/crt': 'CRT', '/key': 'KEY' }
  const settings = await read(
    [
      '--pod-manifest-path=/etc/manifests --hostname-override=Node-1 --node-ip=10.0.0.1 --node-labels=a=b',
      '--register-with-taints=key=value:NoSchedule,other:NoExecute --port=0 --healthz-port=0 --max-pods=5',
      '--client-ca-file=/ca --tls-cert-file=/crt --tls-private-key-file=/key --cert-dir=/certs --compat=v1.3',
      '--eviction-hard=memory.available<5%,nodefs.available<1Gi --cgroup-root=/pods --register-node=false',
      '--kube-reserved=cpu=100m,memory=1Gi --system-reserved=pid=10 --enforce-node-allocatable=none',
      '--pod-max-pids=50 --allowed-unsafe-sysctls=net.*,kernel.sem --seccomp-default --cgroups-per-qos=false',
      '--cluster-dns=10.0.0.10 --container-runtime-endpoint=/run/c.sock --authorization-mode=AlwaysAllow',
    ].join(' '),
    files,
  )
  assert.equal(settings.client, undefined)
  assert.equal(settings.nodeName, 'node-1')
  assert.deepEqual(settings.nodeIPs, ['10.0.0.1'])
  assert.deepEqual(settings.nodeLabels, { a: 'b' })
  assert.deepEqual(settings.taints, [
    { key: 'key', value: 'value', effect: 'NoSchedule' },
    { key: 'other', effect: 'NoExecute' },
  ])
  assert.equal(settings.server, undefined)
  assert.equal(settings.healthz, undefined)
  assert.equal(settings.clientCa, 'CA')
  assert.deepEqual(settings.tls, { certificate: 'CRT', key: 'KEY' })
  assert.equal(settings.certDir, '/certs')
  assert.equal(settings.compat, 'v1.3')
  assert.deepEqual(settings.evictionHard, { 'memory.available': '5%', 'nodefs.available': '1Gi' })
  assert.equal(settings.cgroupRoot, '/pods')
  assert.equal(settings.registerNode, false)
  assert.deepEqual(settings.clusterDNS, ['10.0.0.10'])
  assert.equal(settings.runtimeEndpoint, '/run/c.sock')
  assert.equal(settings.authorization, 'AlwaysAllow')
  assert.equal(settings.podsMax, 5)
  assert.deepEqual(settings.kubeReserved, { cpu: '100m', memory: '1Gi' })
  assert.deepEqual(settings.systemReserved, { pid: '10' })
  assert.equal(settings.enforcesAllocatable, false)
  assert.equal(settings.podPidsMax, 50)
  assert.deepEqual(settings.allowedUnsafeSysctls, ['net.*', 'kernel.sem'])
  assert.equal(settings.seccompDefault, true)
  assert.equal(settings.cgroupsPerQos, false)
})

const wrongs: readonly (readonly [argv: string, message: RegExp])[] = [
  ['--manifest-url=ftp://a', /it takes a URL of http or https/],
  ['--manifest-url=http://a --manifest-url-header=a', /malformed pair, expect string:string/],
  ['--v=1', /nothing to run: give --kubeconfig, --api-servers, --pod-manifest-path or --manifest-url/],
  ['--kubeconfig=/k --api-servers=a', /both say where the API server is/],
  ['--kubeconfig=/none', /open \/none: no such file or directory/],
  ['--api-servers=ftp://a', /takes URLs, as in/],
  ['--pod-manifest-path=/m --port=70000', /"--port" flag: must be between 0 and 65535/],
  ['--pod-manifest-path=/m --address=here', /"--address" flag: it takes an IP address/],
  ['--pod-manifest-path=/m --node-ip=here', /it takes IP addresses/],
  ['--pod-manifest-path=/m --cluster-dns=here', /it takes IP addresses/],
  ['--pod-manifest-path=/m --max-pods=0', /must be greater than 0/],
  ['--pod-manifest-path=/m --tls-cert-file=/a', /belong together/],
  ['--pod-manifest-path=/m --client-ca-file=/none', /open \/none/],
  ['--pod-manifest-path=/m --cgroup-driver=other', /known are cgroupfs, systemd/],
  ['--pod-manifest-path=/m --cgroup-driver=systemd --cgroup-root=/a', /the name of a slice/],
  ['--pod-manifest-path=/m --kube-reserved=gpu=1', /cannot reserve "gpu" resource/],
  ['--pod-manifest-path=/m --system-reserved=cpu=-1', /quantities that are not negative/],
  ['--pod-manifest-path=/m --system-reserved=cpu=much', /quantities that are not negative/],
  ['--pod-manifest-path=/m --enforce-node-allocatable=kube-reserved', /known are pods, none/],
  ['--pod-manifest-path=/m --enforce-node-allocatable=pods,none', /give one: pods or none/],
  ['--pod-manifest-path=/m --allowed-unsafe-sysctls=vm.*', /"vm\.\*" are not known to be namespaced/],
  ['--pod-manifest-path=/m --compat=v1.2', /known are v1.3/],
  [
    '--pod-manifest-path=/m --node-labels=node-role.kubernetes.io/a=',
    /^unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: \[node-role/,
  ],
  ['--pod-manifest-path=/m --cloud-provider=aws', /known are external/],
  ['--pod-manifest-path=/m --register-with-taints=a', /key=value:effect/],
  ['--pod-manifest-path=/m --eviction-hard=memory.available=1', /it takes signal<amount/],
  ['--pod-manifest-path=/m --eviction-hard=memory.free<1', /unknown eviction signal/],
  [
    '--pod-manifest-path=/m --eviction-soft=memory.available<1Gi',
    /grace period must be specified for the soft/,
  ],
  ['--pod-manifest-path=/m --eviction-soft=memory.available', /it takes signal<amount/],
  [
    '--pod-manifest-path=/m --eviction-soft-grace-period=memory.available=soon',
    /it takes a duration above 0/,
  ],
  ['--pod-manifest-path=/m --eviction-minimum-reclaim=memory.free=1', /unknown eviction signal/],
  ['--pod-manifest-path=/m --container-runtime-endpoint=tcp://a', /it takes a socket/],
  ['--pod-manifest-path=/m --container-log-max-size=much', /it takes a quantity/],
  ['--pod-manifest-path=/m --container-log-max-files=1', /must be at least 2/],
  ['--pod-manifest-path=/m --authorization-mode=RBAC', /known are Administrators, Webhook, AlwaysAllow/],
]

for (const [argv, message] of wrongs) {
  test(`${argv} is refused`, () => assert.rejects(read(argv), { message }))
}

test('the help page shows every flag but those for fields of the configuration file', () => {
  const help = kubeletHelp(0)
  for (const { name, hidden } of Object.values(kubeletFlags) as Flag<unknown>[])
    assert.equal(new RegExp(`--${name}\\b(?!-)`).test(help), hidden !== true, name)
  const listed = Object.values(kubeletFlagSections).flatMap((flags) => Object.keys(flags))
  assert.deepEqual([...listed, ...Object.keys(fieldFlags)].sort(), Object.keys(kubeletFlags).sort())
})

test('what a configuration file says becomes settings', async () => {
  const settings = await read(
    [
      '--manifest-url=http://host/pods --manifest-url-header=A:b:c --http-check-frequency=1s --enable-server=false',
      '--node-status-report-frequency=1m --node-lease-duration-seconds=20 --node-status-max-images=-1',
      '--provider-id=cloud://1 --pods-per-core=1 --max-parallel-image-pulls=3 --serialize-image-pulls=false',
      '--enable-debugging-handlers=false --enable-system-log-handler=false --fail-swap-on --port=0',
      '--shutdown-grace-period=30s --shutdown-grace-period-critical-pods=10s --container-log-monitor-interval=5s',
    ].join(' '),
  )
  assert.deepEqual(settings.manifestUrl, { url: 'http://host/pods', headers: [['A', 'b:c']], checkMs: 1000 })
  assert.equal(settings.server, undefined)
  assert.deepEqual(
    [settings.reportMs, settings.leaseSeconds, settings.imagesMax, settings.providerId],
    [60_000, 20, -1, 'cloud://1'],
  )
  assert.deepEqual([settings.pullsMax, settings.servesDebugging, settings.readLogs], [3, false, undefined])
  assert.equal(settings.podsMax, cpus().length)
  assert.equal(settings.logCheckMs, 5000)
  assert.equal(settings.demands?.failSwapOn, true)
  assert.deepEqual(settings.shutdownGroups, [
    { priority: 0, seconds: 20 },
    { priority: 2_000_000_000, seconds: 10 },
  ])
  const groups = '--shutdown-grace-period-by-pod-priority=[{"priority":5,"shutdownGracePeriodSeconds":7}]'
  assert.deepEqual((await read(`--pod-manifest-path=/m ${groups}`)).shutdownGroups, [
    { priority: 5, seconds: 7 },
  ])
})
