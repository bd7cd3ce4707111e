import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'

const secrets = '/api/v1/namespaces/kube-system/secrets'
const self = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const token = 'abcdef.0123456789abcdef'
const right = {
  'token-id': 'abcdef',
  'token-secret': '0123456789abcdef',
  expiration: '2026-01-02T04:04:05Z',
  'usage-bootstrap-authentication': 'true',
  'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token,system:bootstrappers:worker',
}

async function start(stringData: object, type = 'bootstrap.kubernetes.io/token', bootstrapTokens = true) {
  const api = await TestApi.start({ options: { bootstrapTokens } })
  await api.ok('POST', secrets, { metadata: { name: 'bootstrap-token-abcdef' }, type, stringData })
  return api
}

const ask = (api: TestApi, shown: string) =>
  api.call('POST', self, {}, { secure: true, headers: { authorization: `Bearer ${shown}` } })

test('a token of a secret stands for a machine that is to join, until it is over', async () => {
  const api = await start(right)
  const { status, json } = await ask(api, token)
  assert.equal(status, 201)
  assert.deepEqual((json as { status: object }).status, {
    userInfo: {
      username: 'system:bootstrap:abcdef',
      groups: [
        'system:bootstrappers',
        'system:bootstrappers:kubeadm:default-node-token',
        'system:bootstrappers:worker',
        'system:authenticated',
      ],
    },
  })
  await api.clock.advance(3_601_000)
  assert.equal((await ask(api, token)).status, 401)
})

test('whatever is wrong with the secret, the token is nobody`s', async () => {
  for (const change of [
    { 'token-secret': 'fedcba9876543210' },
    { 'token-secret': '' },
    { 'token-id': 'abcdeg' },
    { expiration: 'tomorrow' },
    { 'usage-bootstrap-authentication': 'false' },
    { 'auth-extra-groups': 'system:masters' },
    { 'auth-extra-groups': 'system:bootstrappers:a,system:masters' },
  ]) {
    const api = await start({ ...right, ...change })
    assert.equal((await ask(api, token)).status, 401, JSON.stringify(change))
  }
  assert.equal((await ask(await start(right, 'Opaque'), token)).status, 401)
  const api = await start(right)
  for (const shown of [
    'abcdef.0123456789abcdeg',
    'abcdeg.0123456789abcdef',
    'abcdef.',
    'ABCDEF.0123456789abcdef',
  ]) {
    assert.equal((await ask(api, shown)).status, 401, shown)
  }
})

test('only where it was asked for', async () => {
  assert.equal((await ask(await start(right, undefined, false), token)).status, 401)
})
