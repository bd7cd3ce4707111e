import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leafPaths } from './configuration/read-configuration.ts'
import { treatments } from './configuration/treatments.ts'
import { parseKubeletFlags } from './config-file.ts'
import { kubeletFlags } from './flags.ts'

const head = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n'

function read(argv: string, text: string, dropIns: Record<string, string> = {}) {
  const stored: Record<string, string> = { '/etc/c.yaml': text, ...dropIns }
  const files = {
    read: async (path: string) =>
      stored[path] === undefined ? undefined : new TextEncoder().encode(stored[path]),
    list: async (folder: string) => {
      if (folder !== '/etc/d') throw new Error(`open ${folder}: no such file or directory`)
      return Object.keys(dropIns).sort()
    },
  }
  return parseKubeletFlags(argv.split(' '), files)
}

const of = (text: string) => read('--config=/etc/c.yaml', `${head}${text}`)

test('a configuration file gives what no flag gives', async () => {
  const text = `${head}
port: 10260
maxPods: 50
clusterDNS: [10.0.0.10, 10.0.0.11]
cgroupRoot:
authentication: {anonymous: {enabled: true}, x509: {clientCAFile: /ca.crt}}
nodeStatusUpdateFrequency: 5s
evictionHard: {memory.available: 5%, nodefs.available: 1Gi}
kubeReserved: {cpu: 100m, memory: 1Gi}
systemReserved: {}
enforceNodeAllocatable: [none]
podPidsLimit: 60
allowedUnsafeSysctls: [net.*]
seccompDefault: true
`
  const { values } = await read('--config=/etc/c.yaml --max-pods=7 --cluster-dns=10.0.0.12', text)
  assert.equal(values.port, 10_260)
  assert.equal(values.maxPods, 7)
  assert.equal(values.cgroupRoot, '')
  assert.deepEqual(values.clusterDns, ['10.0.0.12'])
  assert.equal(values.anonymousAuth, true)
  assert.equal(values.clientCaFile, '/ca.crt')
  assert.equal(values.nodeStatusUpdateFrequency, 5000)
  assert.deepEqual(values.kubeReserved, { cpu: '100m', memory: '1Gi' })
  assert.deepEqual(values.systemReserved, {})
  assert.deepEqual(values.enforceNodeAllocatable, ['none'])
  assert.equal(values.podMaxPids, 60)
  assert.deepEqual(values.allowedUnsafeSysctls, ['net.*'])
  assert.equal(values.seccompDefault, true)
  assert.deepEqual(values.evictionHard, ['memory.available<5%', 'nodefs.available<1Gi'])
})

test('without --config, and for --help, no file is read', async () => {
  assert.equal((await read('--port=1', '')).values.port, 1)
  assert.equal((await read('--config=/none --help', '')).values.help, true)
})

test('a file that is none is refused in upstream’s words', async () => {
  const why = (path: string, text: string) => ({
    message: `failed to load kubelet config file, path: ${path}, error: failed to load Kubelet config file ${path}, error ${text}`,
  })
  await assert.rejects(
    read('--config=/none', ''),
    why('/none', 'failed to read kubelet config file "/none", error: open /none: no such file or directory'),
  )
  const refused = (text: string, message: string) =>
    assert.rejects(read('--config=/etc/c.yaml', text), why('/etc/c.yaml', message))
  await refused('', 'kubelet config file "/etc/c.yaml" was empty')
  await refused('a: b', "failed to decode: Object 'Kind' is missing in 'a: b'")
  await refused('kind: Pod', "failed to decode: Object 'apiVersion' is missing in 'kind: Pod'")
  await refused('kind: Pod\napiVersion: v1', 'failed to decode: no kind "Pod" is registered for version "v1"')
  await refused(
    `${head}port: many`,
    'failed to decode: json: cannot unmarshal string into Go struct field KubeletConfiguration.port of type int32',
  )
  await refused(
    `${head}authentication: {webhook: {cacheTTL: soon}}`,
    'failed to decode: time: invalid duration "soon"',
  )
  await refused('- a', 'failed to decode: it is no mapping')
})

test('unknown fields are noted in upstream’s words, and passed over', async () => {
  const { warnings, values } = await of('prt: 1\nport: 5\nauthentication: {webhok: {enabled: true}}')
  assert.equal(values.port, 5)
  assert.deepEqual(warnings, [
    {
      message: 'Using lenient decoding as strict decoding failed',
      why: 'strict decoding error: unknown field "prt", unknown field "authentication.webhok"',
    },
  ])
})

test('the file that kubeadm writes is taken as it is', async () => {
  const { values, warnings } = await of(`
authentication:
  anonymous: {enabled: false}
  webhook: {cacheTTL: 0s, enabled: true}
  x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}
authorization:
  mode: Webhook
  webhook: {cacheAuthorizedTTL: 0s, cacheUnauthorizedTTL: 0s}
cgroupDriver: systemd
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: ""
cpuManagerReconcilePeriod: 0s
crashLoopBackOff: {}
evictionPressureTransitionPeriod: 0s
fileCheckFrequency: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
httpCheckFrequency: 0s
imageMaximumGCAge: 0s
imageMinimumGCAge: 0s
logging: {flushFrequency: 0, options: {json: {infoBufferSize: "0"}, text: {infoBufferSize: "0"}}, verbosity: 0}
memorySwap: {}
nodeStatusReportFrequency: 0s
nodeStatusUpdateFrequency: 0s
rotateCertificates: true
runtimeRequestTimeout: 0s
shutdownGracePeriod: 0s
shutdownGracePeriodCriticalPods: 0s
staticPodPath: /etc/kubernetes/manifests
streamingConnectionIdleTimeout: 0s
syncFrequency: 0s
volumeStatsAggPeriod: 0s
`)
  assert.deepEqual(warnings, [])
  assert.equal(values.cgroupDriver, 'systemd')
  assert.equal(values.authorizationMode, 'Webhook')
  assert.equal(values.syncFrequency, 60_000)
  assert.equal(values.nodeStatusReportFrequency, 0)
  assert.equal(values.podManifestPath, '/etc/kubernetes/manifests')
})

test('what is not done is noted or refused by name, with the reason', async () => {
  const { warnings } = await of('imageGCHighThresholdPercent: 70\nfeatureGates: {A: true}')
  assert.deepEqual(
    warnings.map(({ why }) => why),
    [
      'imageGCHighThresholdPercent 70 is not supported: images are not collected',
      'featureGates {"A":true} is not supported: features are as in a cluster without gates of its own',
    ],
  )
  const refused = (text: string, faults: string) =>
    assert.rejects(of(text), { message: `failed to validate kubelet configuration, error: ${faults}` })
  await refused(
    'cpuManagerPolicy: static\ntopologyManagerPolicy: restricted',
    '[invalid configuration: cpuManagerPolicy static is not supported: CPUs and memory are not given to containers for their own, invalid configuration: topologyManagerPolicy restricted is not supported: CPUs and memory are not given to containers for their own]',
  )
  await refused(
    'shutdownGracePeriod: 10s\nshutdownGracePeriodCriticalPods: 20s',
    'invalid configuration: shutdownGracePeriodCriticalPods {20s} must be <= shutdownGracePeriod {10s}',
  )
  await refused(
    'shutdownGracePeriod: 500ms',
    'invalid configuration: shutdownGracePeriod {500ms} must be either zero or otherwise >= 1 sec',
  )
  await refused(
    'shutdownGracePeriod: 5s\nshutdownGracePeriodByPodPriority: [{priority: 0, shutdownGracePeriodSeconds: 5}]',
    'invalid configuration: Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time',
  )
  await refused(
    'containerLogMonitorInterval: 1s',
    'invalid configuration: containerLogMonitorInterval must be a positive time duration greater than or equal to 3s',
  )
  await refused(
    'serializeImagePulls: true\nmaxParallelImagePulls: 2',
    'invalid configuration: maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) is set to false',
  )
})

test('values that follow from others', async () => {
  const { values } = await of(`
nodeStatusUpdateFrequency: 4s
maxParallelImagePulls: 3
evictionHard: {memory.available: 1Gi}
mergeDefaultEvictionSettings: true
staticPodPath: manifests
registerWithTaints: [{key: a, value: b, effect: NoSchedule}, {key: c, effect: NoExecute}]
staticPodURLHeader: {X-A: [one, two]}
`)
  assert.equal(values.nodeStatusReportFrequency, 4000)
  assert.equal(values.serializeImagePulls, false)
  assert.deepEqual(values.evictionHard.slice(0, 2), ['memory.available<1Gi', 'nodefs.available<10%'])
  assert.equal(values.podManifestPath, '/etc/manifests')
  assert.deepEqual(values.registerWithTaints, ['a=b:NoSchedule', 'c:NoExecute'])
  assert.deepEqual(values.manifestUrlHeader, ['X-A:one', 'X-A:two'])
})

test('drop-ins hold over the file and over those before them, flags over all', async () => {
  const dropIns = {
    '/etc/d/10-a.conf': `${head}maxPods: 20\nport: 1\nclusterDNS: [10.0.0.1]`,
    '/etc/d/20-b.conf': `${head}maxPods: 30\nclusterDomain: null\nkubeReserved: {cpu: '1'}`,
    '/etc/d/README': 'not read',
  }
  const base = `${head}maxPods: 10\nclusterDomain: a.b\nkubeReserved: {memory: 1Gi}`
  const { values } = await read('--config=/etc/c.yaml --config-dir=/etc/d --port=2', base, dropIns)
  assert.equal(values.maxPods, 30)
  assert.equal(values.port, 2)
  assert.equal(values.clusterDomain, 'cluster.local')
  assert.deepEqual(values.clusterDns, ['10.0.0.1'])
  assert.deepEqual(values.kubeReserved, { memory: '1Gi', cpu: '1' })
  assert.equal((await read('--config-dir=/etc/d', '', dropIns)).values.maxPods, 30)
  const walk = 'failed to merge kubelet configs: failed to walk through kubelet dropin directory'
  await assert.rejects(read('--config-dir=/none', ''), {
    message: `${walk} "/none": open /none: no such file or directory`,
  })
  await assert.rejects(read('--config-dir=/etc/d', '', { '/etc/d/a.conf': 'maxPods: 1' }), {
    message: `${walk} "/etc/d": failed to load kubelet dropin file, path: /etc/d/a.conf, no apiVersion/kind`,
  })
})

test('every field is carried out by a flag that is there, or has a reason why not', () => {
  const names = new Set(Object.values(kubeletFlags).map(({ name }) => name))
  assert.deepEqual([...leafPaths()].sort(), Object.keys(treatments).sort())
  for (const [path, treatment] of Object.entries(treatments)) {
    if ('flag' in treatment) assert.ok(names.has(treatment.flag), path)
    else assert.ok(treatment.fits === 'any' || treatment.why !== '', path)
  }
})
