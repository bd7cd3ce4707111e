import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseFlags } from '#base/flags'
import { globalFlags } from '../global-flags.ts'
import { parseKubeconfig } from './read.ts'
import { resolveTarget } from './resolve.ts'

const text = `
current-context: one
clusters:
- name: a
  cluster: {server: 'https://a:6443', certificate-authority-data: ${btoa('CA')}, tls-server-name: aa}
- name: b
  cluster: {server: 'b:1'}
contexts:
- name: one
  context: {cluster: a, user: eve, namespace: ns1}
users:
- name: eve
  user: {token: secret, as: adam, as-groups: [g1, g2]}
`
const resolve = async (...argv: string[]) =>
  resolveTarget(await parseKubeconfig(text, 'x'), parseFlags(globalFlags, argv).values)

test('the current context names the server, the user and the namespace', async () => {
  const { namespace, transport } = await resolve()
  assert.equal(namespace, 'ns1')
  assert.equal(transport.server, 'https://a:6443')
  assert.equal(transport.ca, 'CA')
  assert.equal(transport.tlsServerName, 'aa')
  assert.equal(await transport.token?.(), 'secret')
  assert.deepEqual(transport.headers, { 'impersonate-user': 'adam', 'impersonate-group': 'g1,g2' })
})

test('flags weigh more than the kubeconfig', async () => {
  const { namespace, transport } = await resolve('-n', 'x', '-s', 'c:2', '--token=t', '--as=', '--cluster=b')
  assert.equal(namespace, 'x')
  assert.equal(transport.server, 'http://c:2')
  assert.equal(await transport.token?.(), 't')
})

test('a server without a scheme is asked by HTTPS when TLS is configured', async () => {
  assert.equal((await resolve('--cluster=b')).transport.server, 'http://b:1')
  assert.equal((await resolve('--cluster=b', '--insecure-skip-tls-verify')).transport.server, 'https://b:1')
})

test('without a kubeconfig the server is localhost:8080', async () => {
  const { transport } = await resolveTarget(
    await parseKubeconfig('', 'x'),
    parseFlags(globalFlags, []).values,
  )
  assert.equal(transport.server, 'http://localhost:8080')
})

test('names that are not there are refused', async () => {
  await assert.rejects(resolve('--context=q'), /^KubectlError: Error in configuration: context was not found/)
  await assert.rejects(resolve('--cluster=q'), /no server found for cluster "q"/)
  await assert.rejects(resolve('--user=q'), /auth info "q" does not exist/)
  await assert.rejects(
    resolve('--certificate-authority=/nope'),
    /unable to read certificate-authority \/nope for a due to open \/nope: no such file or directory/,
  )
})

test('a certificate is read from its file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'ca'), 'CA2')
  assert.equal((await resolve(`--certificate-authority=${join(folder, 'ca')}`)).transport.ca, 'CA2')
})
