import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transportFromKubeconfig } from './kubeconfig.ts'

const encoder = new TextEncoder()

function read(config: string, stored: Record<string, string> = {}) {
  const all: Record<string, string> = { '/etc/k/config': config, ...stored }
  const files = {
    read: async (path: string) => (all[path] === undefined ? undefined : encoder.encode(all[path])),
    write: async () => {},
  }
  return transportFromKubeconfig('/etc/k/config', files)
}

const config = (cluster: string, user: string) => `
current-context: here
contexts: [{name: other, context: {}}, {name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: 'https://10.0.0.1:6443', ${cluster}}}]
users: [{name: u, user: {${user}}}]
`

test('files are looked for beside the kubeconfig, and data in it comes first', async () => {
  const options = await read(
    config(
      'certificate-authority: ca.crt, tls-server-name: kubernetes',
      `client-certificate: /abs.crt, client-key: x, client-key-data: ${btoa('KEY')}`,
    ),
    { '/etc/k/ca.crt': 'CA', '/abs.crt': 'CRT' },
  )
  assert.equal(options.server, 'https://10.0.0.1:6443')
  assert.equal(options.ca, 'CA')
  assert.equal(options.certificate, 'CRT')
  assert.equal(options.key, 'KEY')
  assert.equal(options.tlsServerName, 'kubernetes')
  assert.equal(options.token, undefined)
})

test('a token in a file is read each time, for it is renewed', async () => {
  const stored: Record<string, string> = { '/etc/k/token': 'one\n' }
  const files = {
    read: async (path: string) =>
      encoder.encode(
        path === '/etc/k/config'
          ? config('insecure-skip-tls-verify: true', 'tokenFile: token')
          : stored[path],
      ),
    write: async () => {},
  }
  const options = await transportFromKubeconfig('/etc/k/config', files)
  assert.equal(options.insecureSkipTlsVerify, true)
  assert.equal(await options.token?.(), 'one')
  stored['/etc/k/token'] = 'two'
  assert.equal(await options.token?.(), 'two')
})

test('what the file lacks is named', async () => {
  await assert.rejects(read('{}'), {
    message: '/etc/k/config: contexts has no "", which the current context names',
  })
  await assert.rejects(read('current-context: a\ncontexts: [{name: a, context: {cluster: b}}]'), {
    message: '/etc/k/config: clusters has no "b", which the current context names',
  })
  const noServer = 'current-context: a\ncontexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b}]'
  await assert.rejects(read(noServer), /the cluster of the current context has no server/)
  await assert.rejects(read(config('certificate-authority: none', '')), /open \/etc\/k\/none: no such file/)
})
