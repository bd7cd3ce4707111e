import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { User } from '../chain/filter.ts'
import type { KubeObject } from '#schema/object'
import { TestApi, type WireList } from '#testkit/api-server'

const access = '/apis/authorization.k8s.io/v1'
const identity = '/apis/authentication.k8s.io/v1'
const resource = { namespace: 'default', verb: 'get', resource: 'pods' }

type Reviewed = KubeObject & { status: Record<string, unknown> }
const statusOf = async (api: TestApi, url: string, spec: unknown, metadata?: object) =>
  (await api.ok<Reviewed>('POST', url, { spec, ...(metadata && { metadata }) })).status

for (const [mode, allowed] of [
  ['AlwaysAllow', true],
  ['AlwaysDeny', false],
] as const) {
  test(`access reviews under ${mode}`, async () => {
    const api = await TestApi.start({ options: { authorization: [mode] } })
    const decided = allowed ? { allowed } : { allowed, reason: 'Everything is forbidden.' }
    const someone = { user: 'jane', resourceAttributes: resource }
    assert.deepEqual(await statusOf(api, `${access}/subjectaccessreviews`, someone), decided)
    const local = `${access}/namespaces/default/localsubjectaccessreviews`
    assert.deepEqual(await statusOf(api, local, someone), decided)
    const admin = { user: 'root', groups: ['system:masters'], resourceAttributes: resource }
    assert.deepEqual(await statusOf(api, `${access}/subjectaccessreviews`, admin), { allowed: true })
  })
}

test('a review of oneself is of who asks: administrators may do everything, though no rule says so', async () => {
  const api = await TestApi.start({ options: { authorization: ['AlwaysDeny'] } })
  const spec = { resourceAttributes: resource }
  assert.deepEqual(await statusOf(api, `${access}/selfsubjectaccessreviews`, spec), { allowed: true })
  const rules = `${access}/selfsubjectrulesreviews`
  const namespace = 'default'
  assert.deepEqual(await statusOf(api, rules, { namespace }), {
    resourceRules: [],
    nonResourceRules: [],
    incomplete: false,
  })
  const all = ['*']
  assert.deepEqual(await statusOf(await TestApi.start(), rules, { namespace }), {
    resourceRules: [{ verbs: all, apiGroups: all, resources: all }],
    nonResourceRules: [{ verbs: all, nonResourceURLs: all }],
    incomplete: false,
  })
})

test('an answer is the question with a status, and who asked it owns its fields', async () => {
  const api = await TestApi.start()
  const url = `${access}/selfsubjectaccessreviews`
  const answer = await api.call(
    'POST',
    url,
    { spec: { resourceAttributes: resource } },
    { headers: { 'user-agent': 'me/1' } },
  )
  assert.equal(answer.status, 201)
  const { kind, apiVersion, metadata, spec } = answer.json as KubeObject & { spec: object }
  assert.deepEqual([kind, apiVersion], ['SelfSubjectAccessReview', 'authorization.k8s.io/v1'])
  assert.deepEqual(spec, { resourceAttributes: resource })
  assert.equal((metadata.managedFields as { manager: string }[])[0]?.manager, 'me')
  assert.equal((await api.call('GET', url)).status, 405)
})

/** Questions that cannot be answered. */
const wrong: readonly (readonly [url: string, body: object, code: number, message: string])[] = [
  [
    `${access}/selfsubjectaccessreviews`,
    { spec: {} },
    422,
    'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
  ],
  [
    `${access}/selfsubjectaccessreviews`,
    { spec: { resourceAttributes: {}, nonResourceAttributes: { path: '/' } } },
    422,
    'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.nonResourceAttributes: Invalid value: {"path":"/"}: cannot be specified in combination with resourceAttributes',
  ],
  [
    `${access}/subjectaccessreviews`,
    { spec: { resourceAttributes: {} } },
    422,
    'SubjectAccessReview.authorization.k8s.io "" is invalid: spec.user: Invalid value: "": at least one of user or group must be specified',
  ],
  [
    `${access}/subjectaccessreviews`,
    { metadata: { name: 'a' }, spec: { user: 'u', resourceAttributes: {} } },
    422,
    'SubjectAccessReview.authorization.k8s.io "" is invalid: metadata: Invalid value: {"name":"a"}: must be empty',
  ],
  [
    `${access}/namespaces/default/localsubjectaccessreviews`,
    { spec: { user: 'u', resourceAttributes: { namespace: 'x' } } },
    422,
    'LocalSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes.namespace: Invalid value: "x": must match metadata.namespace',
  ],
  [
    `${access}/namespaces/default/localsubjectaccessreviews`,
    { spec: { user: 'u', nonResourceAttributes: { path: '/' } } },
    422,
    'LocalSubjectAccessReview.authorization.k8s.io "" is invalid: spec.nonResourceAttributes: Invalid value: {"path":"/"}: disallowed on this kind of request',
  ],
  [`${access}/selfsubjectrulesreviews`, { spec: {} }, 400, 'no namespace on request'],
  [
    `${identity}/tokenreviews`,
    { spec: { token: '' } },
    400,
    'token is required for TokenReview in authentication',
  ],
]
for (const [url, body, code, message] of wrong) {
  test(`refused: ${JSON.stringify(body)} to ${url}`, async () => {
    const api = await TestApi.start()
    const answer = await api.call('POST', url, body)
    assert.deepEqual([answer.status, (answer.json as { message: string }).message], [code, message])
  })
}

test('a token review says whose a token is', async () => {
  const owner: User = { name: 'jane', groups: ['dev'] }
  const api = await TestApi.start({ tokens: (token) => (token === 'right' ? owner : undefined) })
  assert.deepEqual(await statusOf(api, `${identity}/tokenreviews`, { token: 'right' }), {
    authenticated: true,
    user: { username: 'jane', groups: ['dev', 'system:authenticated'] },
    audiences: ['https://test'],
  })
  assert.deepEqual(await statusOf(api, `${identity}/tokenreviews`, { token: 'wrong' }), {
    user: {},
    error: 'invalid bearer token',
  })
})

test('a token review knows the tokens of service accounts, and for whom they are', async () => {
  const api = await TestApi.start()
  const accounts = '/api/v1/namespaces/default/serviceaccounts'
  const { metadata } = await api.ok('POST', accounts, { metadata: { name: 'robot' } })
  const spec = { audiences: ['https://test', 'https://vault'] }
  const { status } = await api.ok<KubeObject & { status: { token: string } }>(
    'POST',
    `${accounts}/robot/token`,
    { spec },
  )
  const review = (audiences: string[]) =>
    statusOf(api, `${identity}/tokenreviews`, { token: status.token, audiences }) as Promise<{
      user: { username?: string; uid?: string; extra?: object }
      audiences?: string[]
    }>
  const { user, audiences } = await review(['https://vault', 'https://other'])
  assert.deepEqual([user.username, user.uid], ['system:serviceaccount:default:robot', metadata.uid])
  assert.deepEqual(Object.keys(user.extra ?? {}), ['authentication.kubernetes.io/credential-id'])
  assert.deepEqual(audiences, ['https://vault'])
  assert.deepEqual((await review([])).audiences, ['https://test'])
  assert.deepEqual(await review(['https://other']), { user: {}, error: 'invalid bearer token' })
})

test('a review of oneself says who asks', async () => {
  const api = await TestApi.start()
  assert.deepEqual(await statusOf(api, `${identity}/selfsubjectreviews`, undefined), {
    userInfo: { username: 'system:unsecured', groups: ['system:masters', 'system:authenticated'] },
  })
})

test('a binding by the collection is that of the pod it names', async () => {
  const api = await TestApi.start()
  const pods = '/api/v1/namespaces/default/pods'
  await api.ok('POST', pods, { metadata: { name: 'a' }, spec: { containers: [{ name: 'c', image: 'i' }] } })
  const answer = await api.call('POST', '/api/v1/namespaces/default/bindings', {
    metadata: { name: 'a' },
    target: { kind: 'Node', name: 'n1' },
  })
  assert.equal(answer.status, 201)
  assert.equal((answer.json as { status: string }).status, 'Success')
  const { spec } = await api.ok<KubeObject & { spec: { nodeName: string } }>('GET', `${pods}/a`)
  assert.equal(spec.nodeName, 'n1')
})

test('the state of the parts is found out when asked, and said to be old', async () => {
  const api = await TestApi.start()
  const list = await api.call('GET', '/api/v1/componentstatuses')
  assert.match(list.headers['warning'] ?? '', /ComponentStatus is deprecated/)
  assert.deepEqual(
    (list.json as WireList).items.map(({ metadata }) => metadata.name),
    ['etcd-0'],
  )
  const one = await api.ok<KubeObject & { conditions: object[] }>('GET', '/api/v1/componentstatuses/etcd-0')
  assert.deepEqual(one.conditions, [{ type: 'Healthy', status: 'True', message: 'ok' }])
  assert.equal((await api.call('GET', '/api/v1/componentstatuses/none')).status, 404)
})
