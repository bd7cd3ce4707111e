// Certificates that a running server signs: for a user whose request was approved, and for kubelets by themselves.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createAuthority } from '#apiserver'
import { realClock } from '#host/clock'
import type { CertificateSigningRequest } from '#kinds/gen/certificates-v1'
import { startApiServer } from '#testkit/host/kubeling'
import { run, tempDir, until } from '#testkit/host/process'
import { kubectlVersions, noKubectl, upstreamKubectl } from '#testkit/host/upstream-kubectl'
import { newRequest } from '#testkit/sign-request'

const version = kubectlVersions.at(-1) as string
const program = upstreamKubectl(version)
const skip = program === undefined ? noKubectl(version) : false
const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

test('a request that is approved becomes a certificate, which lets its owner in', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const folder = tempDir(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const authority = await createAuthority('clients', realClock)
  const ca = file('ca.crt', authority.certificate)
  const server = await startApiServer(t, [
    '--authorization-mode=RBAC',
    `--client-ca-file=${ca}`,
    `--cluster-signing-cert-file=${ca}`,
    `--cluster-signing-key-file=${file('ca.key', authority.key)}`,
  ])
  const kubectl = (...args: string[]) => run(program as string, [`--server=${server.url}`, ...args])
  const get = async (name: string) =>
    (await (await fetch(`${server.url}${path}/${name}`)).json()) as CertificateSigningRequest
  const make = async (name: string, request: string, signerName: string, usages: string[]) => {
    const spec = {
      request: Buffer.from(request).toString('base64'),
      signerName,
      usages,
      expirationSeconds: 3600,
    }
    const body = JSON.stringify({
      kind: 'CertificateSigningRequest',
      apiVersion: 'certificates.k8s.io/v1',
      metadata: { name },
      spec,
    })
    const made = await run(program as string, [
      `--server=${server.url}`,
      'create',
      '-f',
      file('request.json', body),
    ])
    assert.equal(made.code, 0, made.stderr)
  }
  const ann = await newRequest('ann', 'dev')
  await make('ann', ann.request, 'kubernetes.io/kube-apiserver-client', ['client auth', 'digital signature'])
  assert.equal(
    (await kubectl('certificate', 'approve', 'ann')).stdout,
    'certificatesigningrequest.certificates.k8s.io/ann approved\n',
  )
  const signed = await until('the certificate', async () => (await get('ann')).status?.certificate)
  const certificate = file('ann.crt', Buffer.from(signed, 'base64').toString())
  const asAnn = (...args: string[]) =>
    run(program as string, [
      `--server=${server.secureUrl}`,
      '--insecure-skip-tls-verify',
      `--client-certificate=${certificate}`,
      `--client-key=${file('ann.key', ann.key)}`,
      ...args,
    ])
  const who = await asAnn(
    'auth',
    'whoami',
    '-o',
    'jsonpath={.status.userInfo.username} {.status.userInfo.groups}',
  )
  assert.equal(who.stdout, 'ann ["dev","system:authenticated"]', who.stderr)
  assert.match(
    (await asAnn('get', 'pods')).stderr,
    /pods is forbidden: User "ann" cannot list resource "pods" in API group ""/,
  )
  assert.match((await kubectl('get', 'csr', 'ann')).stdout, /Approved,Issued/)

  const node = await newRequest('system:node:n1', 'system:nodes')
  await make('node', node.request, 'kubernetes.io/kube-apiserver-client-kubelet', [
    'client auth',
    'digital signature',
  ])
  const approved = await until('an approval without anybody', async () => {
    const found = await get('node')
    return (found.status?.certificate ?? '') !== '' && found
  })
  assert.equal(
    approved.status?.conditions?.[0]?.message,
    'Auto approving kubelet client certificate after SubjectAccessReview.',
  )

  const wrong = await newRequest('somebody', 'system:nodes')
  await make('wrong', wrong.request, 'kubernetes.io/kubelet-serving', ['server auth', 'digital signature'])
  await kubectl('certificate', 'approve', 'wrong')
  const failed = await until('a refusal to sign', async () =>
    (await get('wrong')).status?.conditions?.find(({ type }) => type === 'Failed'),
  )
  assert.equal(failed.reason, 'SignerValidationFailure')
  assert.equal((await get('wrong')).status?.certificate, undefined)
})
