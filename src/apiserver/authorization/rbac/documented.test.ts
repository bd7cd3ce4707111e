// The examples of upstream's page about role-based access control, each with what it allows and what it does not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SubjectAccessReviewStatus } from '#kinds/gen/authorization-v1'
import type { ClusterRole } from '#kinds/gen/rbac-v1'
import { TestApi } from '#testkit/api-server'
import { settled } from '#testkit/virtual-clock'

const group = 'rbac.authorization.k8s.io'
const cluster = `/apis/${group}/v1`
const inNamespace = (namespace: string) => `${cluster}/namespaces/${namespace}`
const read = ['get', 'watch', 'list']

interface Question {
  readonly user?: string
  readonly groups?: readonly string[]
  readonly verb: string
  /** `group/resource/name`, or a path. */
  readonly on: string
  readonly in?: string
}

async function start(): Promise<TestApi> {
  const api = await TestApi.start({ options: { authorization: ['RBAC'] } })
  for (const name of ['development', 'qa']) await api.ok('POST', '/api/v1/namespaces', { metadata: { name } })
  return api
}

async function isAllowed(api: TestApi, { user = 'x', groups = [], verb, on, in: namespace = '' }: Question) {
  const [apiGroup = '', resource = '', ...name] = on.split(':')
  const [plural, subresource] = resource.split('/')
  const resourceAttributes = {
    verb,
    group: apiGroup,
    resource: plural,
    subresource,
    namespace,
    name: name.join(':'),
  }
  const spec = {
    user,
    groups,
    ...(on.startsWith('/') ? { nonResourceAttributes: { path: on, verb } } : { resourceAttributes }),
  }
  const url = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
  return (await api.ok<{ metadata: object; status: SubjectAccessReviewStatus }>('POST', url, { spec })).status
    .allowed
}

async function check(
  api: TestApi,
  allowed: readonly Question[],
  refused: readonly Question[],
): Promise<void> {
  for (const one of allowed) assert.equal(await isAllowed(api, one), true, JSON.stringify(one))
  for (const one of refused) assert.equal(await isAllowed(api, one), false, JSON.stringify(one))
}

const subject = (kind: string, name: string, namespace?: string) => ({
  kind,
  name,
  ...(namespace === undefined ? { apiGroup: group } : { namespace }),
})
const binding = (name: string, kind: string, role: string, ...subjects: object[]) => ({
  metadata: { name },
  subjects,
  roleRef: { kind, name: role, apiGroup: group },
})

test('pod-reader: a role for the pods of a namespace, bound to jane', async () => {
  const api = await start()
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: read }]
  await api.ok('POST', `${inNamespace('default')}/roles`, { metadata: { name: 'pod-reader' }, rules })
  const bound = binding('read-pods', 'Role', 'pod-reader', subject('User', 'jane'))
  await api.ok('POST', `${inNamespace('default')}/rolebindings`, bound)
  const jane = { user: 'jane', verb: 'list', on: ':pods', in: 'default' }
  await check(
    api,
    [jane, { ...jane, verb: 'get', on: ':pods:a' }],
    [
      { ...jane, in: 'development' },
      { ...jane, in: '' },
      { ...jane, verb: 'delete' },
      { ...jane, on: ':pods/log:a' },
      { ...jane, on: 'apps:pods' },
      { ...jane, user: 'Jane' },
    ],
  )
})

test('secret-reader: a cluster role, bound in one namespace to dave and everywhere to managers', async () => {
  const api = await start()
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: read }]
  await api.ok('POST', `${cluster}/clusterroles`, { metadata: { name: 'secret-reader' }, rules })
  const one = binding('read-secrets', 'ClusterRole', 'secret-reader', subject('User', 'dave'))
  await api.ok('POST', `${inNamespace('development')}/rolebindings`, one)
  const all = binding('read-secrets-global', 'ClusterRole', 'secret-reader', subject('Group', 'manager'))
  await api.ok('POST', `${cluster}/clusterrolebindings`, all)
  const dave = { user: 'dave', verb: 'get', on: ':secrets:a', in: 'development' }
  const manager = { groups: ['manager'], verb: 'list', on: ':secrets' }
  await check(
    api,
    [dave, manager, { ...manager, in: 'development' }],
    [
      { ...dave, in: 'default' },
      { ...dave, in: '' },
      { ...manager, on: ':configmaps' },
      { ...manager, groups: [] },
    ],
  )
})

/** Rules of the page, with questions: what each allows, and what not. */
const ruleTable: readonly (readonly [string, object, readonly Question[], readonly Question[]])[] = [
  [
    'pods and their logs',
    { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] },
    [
      { verb: 'get', on: ':pods/log:a' },
      { verb: 'list', on: ':pods' },
    ],
    [{ verb: 'get', on: ':pods/exec:a' }],
  ],
  [
    'one config map by its name',
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['my-configmap'], verbs: ['update', 'get'] },
    [{ verb: 'update', on: ':configmaps:my-configmap' }],
    [
      { verb: 'update', on: ':configmaps:other' },
      { verb: 'create', on: ':configmaps' },
      { verb: 'get', on: ':configmaps' },
    ],
  ],
  [
    'everything in a group',
    { apiGroups: ['example.com'], resources: ['*'], verbs: ['*'] },
    [{ verb: 'use', on: 'example.com:things/part:a' }],
    [{ verb: 'get', on: ':pods' }],
  ],
  [
    'deployments of a group',
    {
      apiGroups: ['apps'],
      resources: ['deployments'],
      verbs: [...read, 'create', 'update', 'patch', 'delete'],
    },
    [{ verb: 'patch', on: 'apps:deployments:a' }],
    [{ verb: 'patch', on: 'extensions:deployments:a' }],
  ],
  [
    'paths of the server',
    { nonResourceURLs: ['/healthz', '/healthz/*'], verbs: ['get', 'post'] },
    [
      { verb: 'get', on: '/healthz' },
      { verb: 'post', on: '/healthz/ping' },
    ],
    [
      { verb: 'get', on: '/healthzz' },
      { verb: 'put', on: '/healthz' },
    ],
  ],
  [
    'a part of all that have it',
    { apiGroups: ['*'], resources: ['*/scale'], verbs: ['update'] },
    [{ verb: 'update', on: 'apps:deployments/scale:a' }],
    [
      { verb: 'update', on: 'apps:deployments:a' },
      { verb: 'update', on: 'apps:deployments/status:a' },
    ],
  ],
]
for (const [title, rule, allowed, refused] of ruleTable) {
  test(`a rule for ${title}`, async () => {
    const api = await start()
    await api.ok('POST', `${cluster}/clusterroles`, { metadata: { name: 'r' }, rules: [rule] })
    await api.ok(
      'POST',
      `${cluster}/clusterrolebindings`,
      binding('b', 'ClusterRole', 'r', subject('User', 'x')),
    )
    await check(api, allowed, refused)
  })
}

const account = (namespace: string, name: string) => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
})
/** Subjects of the page, with who is meant and who is not. */
const subjectTable: readonly (readonly [string, object, object, object])[] = [
  ['a user', subject('User', 'alice@example.com'), { user: 'alice@example.com' }, { user: 'alice' }],
  [
    'a group',
    subject('Group', 'frontend-admins'),
    { groups: ['frontend-admins'] },
    { user: 'frontend-admins' },
  ],
  [
    'a service account',
    subject('ServiceAccount', 'default', 'kube-system'),
    account('kube-system', 'default'),
    account('qa', 'default'),
  ],
  [
    'all of a namespace',
    subject('Group', 'system:serviceaccounts:qa'),
    account('qa', 'any'),
    account('kube-system', 'any'),
  ],
  ['all service accounts', subject('Group', 'system:serviceaccounts'), account('qa', 'any'), { user: 'bob' }],
  [
    'all who are known',
    subject('Group', 'system:authenticated'),
    { groups: ['system:authenticated'] },
    { groups: ['system:unauthenticated'] },
  ],
]
for (const [title, whom, meant, other] of subjectTable) {
  test(`a binding to ${title}`, async () => {
    const api = await start()
    await api.ok('POST', `${cluster}/clusterrolebindings`, binding('b', 'ClusterRole', 'view', whom))
    const question = { verb: 'list', on: ':pods', in: 'default' }
    await check(api, [{ ...question, ...meant }], [{ ...question, ...other }])
  })
}

test('monitoring: a role that gathers others, and crontabs for admin, edit and view', async () => {
  const api = await start()
  const label = 'rbac.example.com/aggregate-to-monitoring'
  await api.ok('POST', `${cluster}/clusterroles`, {
    metadata: { name: 'monitoring' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
    rules: [],
  })
  const rules = [{ apiGroups: [''], resources: ['services', 'endpointslices', 'pods'], verbs: read }]
  await api.ok('POST', `${cluster}/clusterroles`, {
    metadata: { name: 'monitoring-endpointslices', labels: { [label]: 'true' } },
    rules,
  })
  await settled()
  assert.deepEqual((await api.ok<ClusterRole>('GET', `${cluster}/clusterroles/monitoring`)).rules?.length, 1)
  await api.ok(
    'POST',
    `${cluster}/clusterrolebindings`,
    binding('b', 'ClusterRole', 'monitoring', subject('User', 'x')),
  )
  await check(api, [{ verb: 'list', on: ':services' }], [{ verb: 'list', on: ':secrets' }])
})
