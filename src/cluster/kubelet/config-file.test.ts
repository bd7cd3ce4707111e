import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configArguments, parseKubeletFlags } from './config-file.ts'
import { kubeletFlags } from './flags.ts'

const head = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n'

function read(argv: string, text: string) {
  const files = {
    read: async (path: string) => (path === '/c.yaml' ? new TextEncoder().encode(text) : undefined),
    write: async () => {},
  }
  return parseKubeletFlags(argv.split(' '), files)
}

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
  const { values } = await read('--config=/c.yaml --max-pods=7 --cluster-dns=10.0.0.12', text)
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

test('what a configuration file must not say is named', async () => {
  await assert.rejects(read('--config=/none', ''), /path: \/none: no such file or directory/)
  await assert.rejects(read('--config=/c.yaml', 'kind: Pod'), /must be of kind KubeletConfiguration/)
  await assert.rejects(read('--config=/c.yaml', `${head}prt: 1`), /unknown field "prt"/)
  await assert.rejects(
    read('--config=/c.yaml', `${head}authentication: {webhok: {enabled: true}}`),
    /"authentication.webhok.enabled"/,
  )
  await assert.rejects(
    read('--config=/c.yaml', 'a: [b'),
    /failed to load kubelet config file, path: \/c.yaml: /,
  )
  await assert.rejects(read('--config=/c.yaml', '- a'), /it is no mapping/)
  await assert.rejects(
    read('--config=/c.yaml', `${head}port: many`),
    /invalid argument "many" for "--port" flag/,
  )
})

test('every field that is read has its flag', () => {
  const names = new Set(Object.values(kubeletFlags).map(({ name }) => name))
  for (const [name] of configArguments(`${head}staticPodPath: /m\nresolvConf: ""\nregisterNode: false`, '')) {
    assert.ok(names.has(name), name)
  }
})
