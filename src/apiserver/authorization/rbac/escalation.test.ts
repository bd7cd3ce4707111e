// Nobody gives rights that they do not have: every way there is, refused in upstream's words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { TestApi } from '#testkit/api-server'
import { readTokenFile } from '../../chain/token-file.ts'

const group = 'rbac.authorization.k8s.io'
const cluster = `/apis/${group}/v1`
const inNamespace = `${cluster}/namespaces/default`
const tokens = readTokenFile('t', 'bob,bob,2,ops\n')
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }
const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] }
const roleRef = (kind: string, name: string) => ({ apiGroup: group, kind, name })
const bob = { kind: 'User', apiGroup: group, name: 'bob' }

/** A server on which bob may write roles and bindings and read pods, and nothing else. */
async function start(...more: object[]) {
  const api = await TestApi.start({ options: { authorization: ['RBAC'] }, tokens })
  const rules = [
    { apiGroups: [group], resources: ['*'], verbs: ['get', 'create', 'update', 'patch', 'delete'] },
    pods,
    ...more,
  ]
  await api.ok('POST', `${cluster}/clusterroles`, { metadata: { name: 'writer' }, rules })
  await api.ok('POST', `${cluster}/clusterrolebindings`, {
    metadata: { name: 'bob' },
    roleRef: roleRef('ClusterRole', 'writer'),
    subjects: [bob],
  })
  return api
}

async function asBob(api: TestApi, method: string, url: string, body?: unknown, type = 'application/json') {
  const { status, json } = await api.call(method, url, body, {
    secure: true,
    headers: { authorization: 'Bearer bob', 'content-type': type },
  })
  return status < 300 ? `${status}` : `${status} ${(json as Status).message}`
}

const who = 'user "bob" (groups=["ops" "system:authenticated"])'
const held = 'is attempting to grant RBAC permissions not currently held:'
const missing = '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}'
const forbidden = (kind: string, name: string, what = missing) =>
  `403 ${kind}.${group} "${name}" is forbidden: ${who} ${held}\n${what}`

test('a role holds no more than its author', async () => {
  const api = await start()
  for (const [kind, url] of [
    ['roles', `${inNamespace}/roles`],
    ['clusterroles', `${cluster}/clusterroles`],
  ] as const) {
    const role = (...rules: object[]) => ({ metadata: { name: 'new' }, rules })
    assert.equal(await asBob(api, 'POST', url, role(pods, secrets)), forbidden(kind, 'new'))
    assert.equal(await asBob(api, 'POST', url, role({ ...pods, verbs: ['list'] })), '201')
    assert.equal(await asBob(api, 'PUT', `${url}/new`, role(secrets)), forbidden(kind, 'new'))
    const patch = { rules: [secrets] }
    assert.equal(
      await asBob(api, 'PATCH', `${url}/new`, patch, 'application/merge-patch+json'),
      forbidden(kind, 'new'),
    )
    const add = [{ op: 'add', path: '/rules/-', value: secrets }]
    assert.equal(
      await asBob(api, 'PATCH', `${url}/new`, add, 'application/json-patch+json'),
      forbidden(kind, 'new'),
    )
    const applied = {
      apiVersion: `${group}/v1`,
      kind: kind === 'roles' ? 'Role' : 'ClusterRole',
      ...role(secrets),
    }
    const apply = await asBob(
      api,
      'PATCH',
      `${url}/new?fieldManager=bob&force=true`,
      applied,
      'application/apply-patch+yaml',
    )
    assert.equal(apply, forbidden(kind, 'new'))
    assert.equal(
      await asBob(api, 'PUT', `${url}/other`, { ...role(secrets), metadata: { name: 'other' } }),
      forbidden(kind, 'other'),
    )
    assert.equal(await asBob(api, 'POST', `${url}?dryRun=All`, role(secrets)), forbidden(kind, 'new'))
    const wild = forbidden(kind, 'new', '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}')
    assert.equal(
      await asBob(api, 'PUT', `${url}/new`, role({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] })),
      wild,
    )
  }
  const urls = {
    metadata: { name: 'urls' },
    rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get', 'post'] }],
  }
  assert.equal(
    await asBob(api, 'POST', `${cluster}/clusterroles`, urls),
    forbidden(
      'clusterroles',
      'urls',
      '{NonResourceURLs:["/metrics"], Verbs:["get"]}\n{NonResourceURLs:["/metrics"], Verbs:["post"]}',
    ),
  )
})

test('a binding gives no more than its author holds', async () => {
  const api = await start()
  await api.ok('POST', `${cluster}/clusterroles`, { metadata: { name: 'secret-reader' }, rules: [secrets] })
  await api.ok('POST', `${inNamespace}/roles`, { metadata: { name: 'secret-reader' }, rules: [secrets] })
  const binding = (kind: string, name: string) => ({
    metadata: { name: 'new' },
    roleRef: roleRef(kind, name),
    subjects: [bob],
  })
  for (const kind of ['Role', 'ClusterRole']) {
    assert.equal(
      await asBob(api, 'POST', `${inNamespace}/rolebindings`, binding(kind, 'secret-reader')),
      forbidden('rolebindings', 'new'),
    )
  }
  const ofCluster = `${cluster}/clusterrolebindings`
  assert.equal(
    await asBob(api, 'POST', ofCluster, binding('ClusterRole', 'secret-reader')),
    forbidden('clusterrolebindings', 'new'),
  )
  assert.match(
    await asBob(api, 'POST', ofCluster, binding('ClusterRole', 'cluster-admin')),
    /^403 .*\{APIGroups:\["\*"\], Resources/s,
  )
  assert.equal(
    await asBob(api, 'POST', ofCluster, binding('ClusterRole', 'gone')),
    `404 clusterroles.${group} "gone" not found`,
  )
  assert.equal(await asBob(api, 'POST', ofCluster, binding('ClusterRole', 'writer')), '201')
  const admins = { metadata: { name: 'admins' }, roleRef: roleRef('ClusterRole', 'secret-reader') }
  await api.ok('POST', ofCluster, admins)
  assert.equal(
    await asBob(api, 'PUT', `${ofCluster}/admins`, { ...admins, subjects: [bob] }),
    forbidden('clusterrolebindings', 'admins'),
  )
  const owners = [{ op: 'add', path: '/metadata/finalizers', value: ['a.b/c'] }]
  assert.equal(
    await asBob(api, 'PATCH', `${ofCluster}/admins`, owners, 'application/json-patch+json'),
    '200',
    'what only the collector needs',
  )
})

test('what gathers may gather anything: only who may do everything makes it', async () => {
  const api = await start()
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] }
  const refused = (name: string) =>
    `403 clusterroles.${group} "${name}" is forbidden: must have cluster-admin privileges to use the aggregationRule`
  const url = `${cluster}/clusterroles`
  assert.equal(await asBob(api, 'POST', url, { metadata: { name: 'new' }, aggregationRule }), refused('new'))
  await api.ok('POST', url, { metadata: { name: 'old' }, aggregationRule })
  const patch = { aggregationRule: null }
  assert.equal(await asBob(api, 'PATCH', `${url}/old`, patch, 'application/merge-patch+json'), refused('old'))
})

test('escalate and bind are rights of their own', async () => {
  const api = await start(
    { apiGroups: [group], resources: ['roles'], verbs: ['escalate'] },
    { apiGroups: [group], resources: ['clusterroles'], verbs: ['bind'], resourceNames: ['cluster-admin'] },
  )
  assert.equal(
    await asBob(api, 'POST', `${inNamespace}/roles`, { metadata: { name: 'new' }, rules: [secrets] }),
    '201',
  )
  assert.match(
    await asBob(api, 'POST', `${cluster}/clusterroles`, { metadata: { name: 'new' }, rules: [secrets] }),
    /^403/,
  )
  const binding = (name: string) => ({
    metadata: { name: `my-${name}` },
    roleRef: roleRef('ClusterRole', name),
    subjects: [bob],
  })
  assert.match(await asBob(api, 'POST', `${cluster}/clusterrolebindings`, binding('edit')), /^403/)
  assert.equal(await asBob(api, 'POST', `${cluster}/clusterrolebindings`, binding('cluster-admin')), '201')
  assert.equal(
    await asBob(api, 'POST', `${cluster}/clusterroles`, { metadata: { name: 'new' }, rules: [secrets] }),
    '201',
  )
})
