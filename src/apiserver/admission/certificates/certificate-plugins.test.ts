// Who may ask for, approve and sign certificates.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { TestApi } from '#testkit/api-server'
import { requestedBy } from '#testkit/sign-request'
import { readTokenFile } from '../../chain/token-file.ts'

const tokens = readTokenFile('t', 'root,admin,u,system:masters\nann,ann,u2\nbob,bob,u3\n')
const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const client = 'kubernetes.io/kube-apiserver-client'

async function start() {
  const admission = ['CertificateApproval', 'CertificateSigning', 'CertificateSubjectRestriction']
  const api = await TestApi.start({ tokens, options: { authorization: ['RBAC'], admission } })
  const as = (token: string) => ({ secure: true, headers: { authorization: `Bearer ${token}` } })
  const grant = async (name: string, user: string, rules: object[]) => {
    await api.ok('POST', `${rbac}/clusterroles`, { metadata: { name }, rules })
    const ref = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name }
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }]
    await api.ok('POST', `${rbac}/clusterrolebindings`, { metadata: { name }, roleRef: ref, subjects })
  }
  const requests = {
    apiGroups: ['certificates.k8s.io'],
    resources: [
      'certificatesigningrequests',
      'certificatesigningrequests/approval',
      'certificatesigningrequests/status',
    ],
    verbs: ['*'],
  }
  const signers = (verb: string, name: string) => ({
    apiGroups: ['certificates.k8s.io'],
    resources: ['signers'],
    resourceNames: [name],
    verbs: [verb],
  })
  const make = async (name: string, commonName: string, signerName = client) => {
    const request = Buffer.from(await requestedBy(commonName)).toString('base64')
    const spec = { request, signerName, usages: ['digital signature', 'client auth'] }
    return api.call('POST', path, { metadata: { name }, spec }, as('root'))
  }
  const change = async (token: string, name: string, subresource: string, status: object) => {
    const now = await api.ok('GET', `${path}/${name}`)
    const answer = await api.call('PUT', `${path}/${name}/${subresource}`, { ...now, status }, as(token))
    return answer.status === 200 ? 'done' : (answer.json as Status).message
  }
  return { api, grant, requests, signers, make, change }
}

const approved = { conditions: [{ type: 'Approved', status: 'True', reason: 'R', message: 'm' }] }

test('who approves needs the right to approve for the signer, or for its domain', async () => {
  const { grant, requests, signers, make, change } = await start()
  await grant('requests', 'ann', [requests])
  assert.equal((await make('a', 'x')).status, 201)
  assert.equal(
    await change('ann', 'a', 'approval', approved),
    `certificatesigningrequests.certificates.k8s.io "a" is forbidden: user not permitted to approve requests with signerName "${client}"`,
  )
  await grant('approver', 'ann', [signers('approve', client)])
  assert.equal(await change('ann', 'a', 'approval', approved), 'done')
  await make('b', 'x')
  await grant('others', 'bob', [requests, signers('approve', 'kubernetes.io/*')])
  assert.equal(await change('bob', 'b', 'approval', approved), 'done')
})

test('who signs needs the right to sign', async () => {
  const { grant, requests, signers, make, change } = await start()
  await grant('requests', 'ann', [requests])
  await make('a', 'x')
  await change('root', 'a', 'approval', approved)
  const failed = {
    conditions: [...approved.conditions, { type: 'Failed', status: 'True', reason: 'R', message: 'm' }],
  }
  assert.match(
    (await change('ann', 'a', 'status', failed)) ?? '',
    /user not permitted to sign requests with signerName/,
  )
  await grant('signer', 'ann', [signers('sign', client)])
  assert.equal(await change('ann', 'a', 'status', failed), 'done')
})

test('nobody becomes an administrator by a request', async () => {
  const { make, api } = await start()
  const words =
    'certificatesigningrequests.certificates.k8s.io "m" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed'
  const refused = await make('m', 'root', client)
  assert.equal(refused.status, 201, 'in the group of nodes')
  const request = Buffer.from(await requestedBy('root', 'system:masters')).toString('base64')
  const send = (signerName: string, name: string) =>
    api.call('POST', path, { metadata: { name }, spec: { request, signerName, usages: ['client auth'] } })
  await api.ok('DELETE', `${path}/m`)
  assert.equal(((await send(client, 'm')).json as Status).message, words)
  assert.equal((await send('example.com/other', 'm')).status, 201)
})
