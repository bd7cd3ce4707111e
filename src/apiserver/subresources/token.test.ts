import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { never } from '#base/cancel'
import type { KubeObject } from '#schema/object'
import { TestApi } from '#testkit/api-server'

const accounts = '/api/v1/namespaces/default/serviceaccounts'
const pods = '/api/v1/namespaces/default/pods'
const issuer = 'https://test'

type Token = KubeObject & { spec: object; status: { token: string; expirationTimestamp: string } }

async function started() {
  const api = await TestApi.start({ options: { authorization: ['AlwaysAllow'], anonymousAuth: false } })
  const account = await api.ok('POST', accounts, { metadata: { name: 'robot' } })
  const pod = await api.ok('POST', pods, {
    metadata: { name: 'web' },
    spec: { serviceAccountName: 'robot', nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
  })
  return { api, account, pod }
}

const ask = (api: TestApi, spec: object, name = 'robot') =>
  api.ok<Token>('POST', `${accounts}/${name}/token`, { spec })
const claimsOf = ({ status }: Token) =>
  JSON.parse(Buffer.from(status.token.split('.')[1] as string, 'base64url').toString())

/** Whether the secure port takes the token. */
async function isTaken(api: TestApi, token: string): Promise<boolean> {
  const { status } = await api.server.handle({
    method: 'GET',
    url: pods,
    headers: { authorization: `Bearer ${token}` },
    body: async () => new Uint8Array(0),
    signal: never,
    peer: { address: '127.0.0.1', secure: true },
  })
  assert.ok(status === 200 || status === 401, String(status))
  return status === 200
}

test('a token says whose it is, for whom and how long', async () => {
  const { api, account } = await started()
  const answer = await api.call('POST', `${accounts}/robot/token`, {})
  assert.equal(answer.status, 201)
  const made = answer.json as Token
  const now = api.clock.now()
  assert.deepEqual([made.kind, made.apiVersion], ['TokenRequest', 'authentication.k8s.io/v1'])
  const { name, namespace, uid } = made.metadata
  assert.deepEqual([name, namespace, uid], ['robot', 'default', account.metadata.uid])
  assert.deepEqual(made.spec, { audiences: [issuer], expirationSeconds: 3600, boundObjectRef: null })
  assert.equal(Date.parse(made.status.expirationTimestamp), now + 3_600_000)
  const { jti, ...claims } = claimsOf(made)
  assert.match(jti, /^[0-9a-f-]{36}$/)
  assert.deepEqual(claims, {
    aud: [issuer],
    exp: now / 1000 + 3600,
    iat: now / 1000,
    iss: issuer,
    'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'robot', uid } },
    nbf: now / 1000,
    sub: 'system:serviceaccount:default:robot',
  })
})

test('a token is taken until it ends, and no longer than its account lives', async () => {
  const { api } = await started()
  const { status } = await ask(api, { expirationSeconds: 600 })
  assert.equal(await isTaken(api, status.token), true)
  assert.equal(await isTaken(api, `${status.token}x`), false)
  await api.clock.advance(650_000)
  assert.equal(await isTaken(api, status.token), true, 'clocks may differ by a minute')
  await api.clock.advance(11_000)
  assert.equal(await isTaken(api, status.token), false)
  const other = await ask(api, { audiences: ['https://elsewhere'] })
  assert.equal(await isTaken(api, other.status.token), false, 'it is for somebody else')
  const last = await ask(api, {})
  await api.ok('DELETE', `${accounts}/robot`)
  assert.equal(await isTaken(api, last.status.token), false)
  await api.ok('POST', accounts, { metadata: { name: 'robot' } })
  assert.equal(await isTaken(api, last.status.token), false, 'another account has its name')
})

test('a token ends with the object that it is bound to', async () => {
  const { api, pod } = await started()
  const node = await api.ok('POST', '/api/v1/nodes', { metadata: { name: 'n1' } })
  const secret = await api.ok('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 's' } })
  const bound = (kind: string, name: string, uid?: string) =>
    ask(api, { boundObjectRef: { kind, apiVersion: 'v1', name, ...(uid && { uid }) } })
  const ofPod = await bound('Pod', 'web', pod.metadata.uid)
  assert.deepEqual(claimsOf(ofPod)['kubernetes.io'].pod, { name: 'web', uid: pod.metadata.uid })
  assert.deepEqual(claimsOf(ofPod)['kubernetes.io'].node, { name: 'n1', uid: node.metadata.uid })
  const ofSecret = await bound('Secret', 's')
  assert.deepEqual(claimsOf(ofSecret)['kubernetes.io'].secret, { name: 's', uid: secret.metadata.uid })
  const ofNode = await bound('Node', 'n1')
  const paths = [`${pods}/web`, '/api/v1/namespaces/default/secrets/s', '/api/v1/nodes/n1']
  for (const [i, { status }] of [ofPod, ofSecret, ofNode].entries()) {
    assert.equal(await isTaken(api, status.token), true)
    await api.ok('DELETE', paths[i] as string, { gracePeriodSeconds: 0 })
    assert.equal(await isTaken(api, status.token), false, paths[i] as string)
  }
})

test('the token that is mounted into a pod works for a year, and says when it should have been renewed', async () => {
  const { api } = await started()
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'web' }
  const made = await ask(api, { expirationSeconds: 3607, boundObjectRef })
  const { exp, iat, 'kubernetes.io': own } = claimsOf(made)
  assert.deepEqual([exp - iat, own.warnafter - iat], [365 * 86_400, 3607])
  assert.equal(Date.parse(made.status.expirationTimestamp) / 1000 - iat, 3607)
})

const ref = (kind: string, name: string, more: object = {}) => ({
  spec: { boundObjectRef: { kind, apiVersion: 'v1', name, ...more } },
})
const wrong: readonly (readonly [what: string, body: object, code: number, message: string])[] = [
  [
    'too short',
    { spec: { expirationSeconds: 599 } },
    422,
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
  ],
  [
    'too long',
    { spec: { expirationSeconds: 2 ** 32 + 1 } },
    422,
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
  ],
  [
    'another name',
    { metadata: { name: 'other' } },
    422,
    'TokenRequest.authentication.k8s.io "robot" is invalid: metadata.name: Invalid value: "other": must match the service account name if specified',
  ],
  [
    'another namespace',
    { metadata: { namespace: 'other' } },
    422,
    'TokenRequest.authentication.k8s.io "robot" is invalid: metadata.namespace: Invalid value: "other": must match the service account namespace if specified',
  ],
  [
    'an object of another kind',
    ref('ConfigMap', 'a'),
    400,
    'cannot bind token to object of type /v1, Kind=ConfigMap',
  ],
  ['an object that is not there', ref('Secret', 'none'), 404, 'secrets "none" not found'],
  [
    'a pod of another account',
    ref('Pod', 'other'),
    400,
    'cannot bind token for serviceaccount "robot" to pod running with different serviceaccount name.',
  ],
  [
    'a pod of another uid',
    ref('Pod', 'web', { uid: 'x' }),
    409,
    'Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated',
  ],
]

test('a wrong request for a token is refused with upstream`s words', async () => {
  const { api } = await started()
  await api.ok('POST', pods, {
    metadata: { name: 'other' },
    spec: { serviceAccountName: 'another', containers: [{ name: 'c', image: 'i' }] },
  })
  for (const [what, body, code, message] of wrong) {
    const { status, json } = await api.call('POST', `${accounts}/robot/token`, body)
    assert.deepEqual([status, (json as Status).message], [code, message], what)
  }
  assert.equal((await api.call('POST', `${accounts}/none/token`, {})).status, 404)
})
