// How a node comes into a cluster by a token and to its certificates. It has no container runtime, and says so.
import assert from 'node:assert/strict'
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { connect } from 'node:tls'
import { type Client, createClient, httpTransport } from '#client'
import { node as nodes } from '#kinds/core/node'
import type { CertificateSigningRequest } from '#kinds/gen/certificates-v1'
import type { Lease } from '#kinds/gen/coordination-v1'
import type { Node } from '#kinds/gen/core-v1'
import { signRequest } from '#testkit/sign-request'
import { program, startApiServer } from '../../testkit/host/kubeling.ts'
import { freePort, type Running, start, until } from '../../testkit/host/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-bootstrap-'))

const requests = {
  group: 'certificates.k8s.io',
  version: 'v1',
  plural: 'certificatesigningrequests',
  namespaced: false,
} as const
const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespaced: true } as const

function startKubelet(t: TestContext, args: readonly string[]): Running {
  return start(t, program('kubelet'), [
    `--container-runtime-endpoint=unix://${folder}/no-runtime.sock`,
    '--cgroups-per-qos=false',
    '--hostname-override=node-1',
    '--node-ip=127.0.0.1',
    `--root-dir=${join(folder, 'kubelet')}`,
    `--pod-logs-dir=${join(folder, 'pods')}`,
    '--address=127.0.0.1',
    '--healthz-port=0',
    '--eviction-hard=memory.available<1Mi',
    '--node-status-update-frequency=1s',
    ...args,
  ])
}

const withOutput = (kubelet: Running) => (error: Error) => {
  throw new Error(`${error.message}\n${kubelet.output()}`, { cause: error })
}

/** Approves and signs what a signer was asked for, as a cluster's controllers do. */
async function sign(client: Client, certDir: string, signerName: string): Promise<void> {
  const request = await until(`a request to ${signerName}`, async () => {
    const { items } = await client.list<CertificateSigningRequest>(requests)
    return items.find(({ spec, status }) => spec.signerName === signerName && !status?.certificate)
  })
  const text = async (name: string) => String(await readFile(join(certDir, name)))
  const authority = { certificate: await text('ca.crt'), key: await text('ca.key') }
  const now = new Date().getTime()
  const certificate = await signRequest(
    authority,
    Buffer.from(request.spec.request, 'base64').toString(),
    signerName.endsWith('serving') ? 'server' : 'client',
    { notBefore: new Date(now - 60_000), notAfter: new Date(now + 3_600_000) },
  )
  const condition = { type: 'Approved', status: 'True', reason: 'Test', message: 'by the test' }
  const approved = { ...request, status: { conditions: [condition] } }
  const next = await client.update<CertificateSigningRequest>(requests, approved, { subresource: 'approval' })
  const issued = { ...next.status, certificate: Buffer.from(certificate).toString('base64') }
  await client.update(requests, { ...next, status: issued }, { subresource: 'status' })
}

/** The subject and the issuer of what a port shows. */
const shown = (port: number) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const { subject, issuer } = socket.getPeerCertificate()
      resolve(`${String(subject.CN)} by ${String(issuer.CN)}`)
      socket.destroy()
    })
    socket.on('error', reject)
  })

after(() => rmSync(folder, { recursive: true, force: true }))

test('a node comes in by a token, asks for its certificates and uses them', async (t) => {
  const { token, certDir, client, secureUrl } = await server(t)
  const port = await freePort()
  const cluster = `{name: c, cluster: {server: '${secureUrl}', certificate-authority: ${certDir}/ca.crt}}`
  const bootstrap = join(folder, 'bootstrap.yaml')
  await writeFile(
    bootstrap,
    `apiVersion: v1\nkind: Config\ncurrent-context: here\ncontexts: [{name: here, context: {cluster: c, user: u}}]\nclusters: [${cluster}]\nusers: [{name: u, user: {token: ${token}}}]\n`,
  )
  const kubeconfig = join(folder, 'kubelet.conf')
  const certificates = join(folder, 'certificates')
  const kubelet = startKubelet(t, [
    `--bootstrap-kubeconfig=${bootstrap}`,
    `--kubeconfig=${kubeconfig}`,
    `--cert-dir=${certificates}`,
    '--rotate-certificates',
    '--rotate-server-certificates',
    `--port=${port}`,
    '--node-labels=zone=a',
    '--register-with-taints=dedicated=tests:NoSchedule',
  ])
  await sign(client, certDir, 'kubernetes.io/kube-apiserver-client-kubelet')
  const node = await until('the node', () => client.get<Node>(nodes, 'node-1').catch(() => undefined)).catch(
    withOutput(kubelet),
  )
  assert.equal(node.metadata.labels?.['zone'], 'a')
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')
  assert.deepEqual([ready?.status, ready?.reason], ['False', 'KubeletNotReady'])
  assert.match(ready?.message ?? '', /container runtime is down/)
  assert.equal(node.metadata.labels?.['kubernetes.io/hostname'], 'node-1')
  assert.ok(node.spec?.taints?.some(({ key, value }) => key === 'dedicated' && value === 'tests'))
  const config = JSON.parse(String(await readFile(kubeconfig))) as { users: { user: object }[] }
  const current = join(certificates, 'kubelet-client-current.pem')
  assert.deepEqual(config.users[0]?.user, { 'client-certificate': current, 'client-key': current })
  assert.match(readlinkSync(current), /^kubelet-client-[\d-]+\.pem$/)
  assert.doesNotMatch(await shown(port), /^system:node:node-1 by/)
  await sign(client, certDir, 'kubernetes.io/kubelet-serving')
  await until('the signed certificate', async () =>
    (await shown(port)).startsWith('system:node:node-1 by'),
  ).catch(withOutput(kubelet))
  assert.equal(await kubelet.stop(), 0)
  const again = startKubelet(t, [`--kubeconfig=${kubeconfig}`, `--port=${port}`])
  const beat = async () =>
    (await client.get<Lease>(leases, 'node-1', { namespace: 'kube-node-lease' })).spec?.renewTime
  const before = await beat()
  await until('a renewal by the kubeconfig that was written', async () => (await beat()) !== before).catch(
    withOutput(again),
  )
})

/** An API server that knows one token. */
async function server(t: TestContext) {
  const token = 'abcdef.0123456789abcdef'
  const tokens = join(folder, 'tokens.csv')
  await writeFile(tokens, `${token},system:bootstrap:abcdef,b,"system:bootstrappers"\n`)
  const { url, secureUrl, certDir } = await startApiServer(t, [`--token-auth-file=${tokens}`])
  const client = createClient(httpTransport({ server: url }))
  t.after(() => client.transport.close())
  return { token, secureUrl, certDir, client }
}
