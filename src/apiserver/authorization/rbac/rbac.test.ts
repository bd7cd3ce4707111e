// Roles as the API server keeps them and decides by them: what binds, what gathers, and who may give what.
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { never } from '#base/cancel'
import type { Status } from '#base/errors'
import type { ClusterRole } from '#kinds/gen/rbac-v1'
import { TestApi } from '#testkit/api-server'
import { settled } from '#testkit/virtual-clock'
import { readTokenFile } from '../../chain/token-file.ts'

const group = 'rbac.authorization.k8s.io'
const cluster = `/apis/${group}/v1`
const inNamespace = `${cluster}/namespaces/default`
const tokens = readTokenFile(
  't',
  'jane,jane,1,dev\nbob,bob,2\nroot,root,3,system:masters\naccount,system:serviceaccount:default:robot,4,"system:serviceaccounts,system:serviceaccounts:default"\n',
)
const start = () => TestApi.start({ options: { authorization: ['RBAC'] }, tokens })

/** Asks as somebody, and gives the code with the message of a refusal. */
async function ask(api: TestApi, who: string, method: string, url: string, body?: unknown) {
  const { status, json } = await api.call(method, url, body, {
    secure: true,
    headers: { authorization: `Bearer ${who}` },
  })
  return status < 300 ? `${status}` : `${status} ${(json as Status).message}`
}

const reader = (...resourceNames: string[]) => ({
  metadata: { name: 'reader' },
  rules: [
    {
      apiGroups: [''],
      resources: ['pods'],
      verbs: ['get', 'list'],
      ...(resourceNames.length > 0 && { resourceNames }),
    },
  ],
})
const bound = (kind: string, name: string, ...subjects: object[]) => ({
  metadata: { name: 'readers' },
  roleRef: { apiGroup: group, kind, name },
  subjects,
})
const jane = { kind: 'User', name: 'jane' }

test('the documented roles: a role in its namespace, a cluster role in one namespace and in all', async () => {
  const api = await start()
  const pods = '/api/v1/namespaces/default/pods'
  const refused = `403 pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"`
  assert.equal(await ask(api, 'jane', 'GET', pods), refused)
  await api.ok('POST', `${inNamespace}/roles`, reader())
  await api.ok('POST', `${inNamespace}/rolebindings`, bound('Role', 'reader', jane))
  assert.equal(await ask(api, 'jane', 'GET', pods), '200')
  assert.equal(
    await ask(api, 'jane', 'GET', '/api/v1/namespaces/other/pods'),
    refused.replace('"default"', '"other"'),
  )
  assert.equal(
    await ask(api, 'jane', 'GET', '/api/v1/pods'),
    '403 pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
  )
  await api.ok('DELETE', `${inNamespace}/rolebindings/readers`)
  assert.equal(await ask(api, 'jane', 'GET', pods), refused)

  await api.ok('POST', `${cluster}/clusterroles`, reader())
  const group_ = { kind: 'Group', name: 'dev' }
  await api.ok('POST', `${inNamespace}/rolebindings`, bound('ClusterRole', 'reader', group_))
  assert.equal(await ask(api, 'jane', 'GET', pods), '200')
  assert.match(await ask(api, 'jane', 'GET', '/api/v1/pods'), /^403/)
  await api.ok('POST', `${cluster}/clusterrolebindings`, bound('ClusterRole', 'reader', group_))
  assert.equal(await ask(api, 'jane', 'GET', '/api/v1/pods'), '200')
  assert.match(await ask(api, 'bob', 'GET', '/api/v1/pods'), /^403/)
})

test('a service account, names of objects, and the name that a selector asks for', async () => {
  const api = await start()
  await api.ok('POST', `${inNamespace}/roles`, reader('one'))
  const robot = { kind: 'ServiceAccount', name: 'robot', namespace: 'default' }
  await api.ok('POST', `${inNamespace}/rolebindings`, bound('Role', 'reader', robot))
  const pods = '/api/v1/namespaces/default/pods'
  assert.equal(await ask(api, 'account', 'GET', `${pods}/one`), '404 pods "one" not found')
  assert.match(
    await ask(api, 'account', 'GET', `${pods}/two`),
    /^403 pods "two" is forbidden: User "system:serviceaccount:default:robot" cannot get/,
  )
  assert.match(await ask(api, 'account', 'GET', pods), /^403/)
  assert.equal(await ask(api, 'account', 'GET', `${pods}?fieldSelector=metadata.name%3Done`), '200')
  assert.match(await ask(api, 'account', 'GET', `${pods}/one/log`), /cannot get resource "pods\/log"/)
})

test('reviews tell which binding allows, and what is missing', async () => {
  const api = await start()
  await api.ok('POST', `${inNamespace}/roles`, reader())
  await api.ok('POST', `${inNamespace}/rolebindings`, bound('Role', 'reader', { ...jane }))
  await api.ok(
    'POST',
    `${cluster}/clusterrolebindings`,
    bound('ClusterRole', 'gone', { kind: 'Group', name: 'dev' }),
  )
  const review = async (resource: string) => {
    const spec = {
      user: 'jane',
      groups: ['dev'],
      resourceAttributes: { verb: 'list', namespace: 'default', resource },
    }
    const url = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
    return ((await api.ok<{ status: object }>('POST', url, { spec })) as { status: object }).status
  }
  assert.deepEqual(await review('pods'), {
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "readers/default" of Role "reader" to User "jane"',
  })
  assert.deepEqual(await review('secrets'), {
    allowed: false,
    reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
  })
})

test('the roles of every cluster are made, and gather', async () => {
  const api = await start()
  const role = (name: string) => api.ok<ClusterRole>('GET', `${cluster}/clusterroles/${name}`)
  const admin = await role('admin')
  const names = ['view', 'edit', 'admin']
  const sizes = await Promise.all(names.map(async (name) => (await role(name)).rules?.length ?? 0))
  assert.deepEqual(
    sizes.toSorted((a, b) => a - b),
    sizes,
  )
  assert.ok((sizes[0] as number) > 5)
  assert.equal(admin.metadata.labels?.['kubernetes.io/bootstrapping'], 'rbac-defaults')
  await api.ok('POST', `${cluster}/clusterroles`, {
    metadata: { name: 'crontabs', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    rules: [{ apiGroups: ['stable.example.com'], resources: ['crontabs'], verbs: ['get'] }],
  })
  await settled()
  for (const name of names) {
    const gathered = (await role(name)).rules?.some(({ resources }) => resources?.includes('crontabs'))
    assert.equal(gathered, true, name)
  }
  await api.ok('DELETE', `${cluster}/clusterroles/crontabs`)
  await settled()
  assert.ok(!(await role('admin')).rules?.some(({ resources }) => resources?.includes('crontabs')))
})

test('at a start what is missing in the roles of every cluster is added, unless they say not to', async () => {
  const { store, clock } = await start().then(async (api) => {
    const change = async (name: string, annotation?: string) =>
      api.ok(
        'PATCH',
        `${cluster}/clusterroles/${name}`,
        {
          rules: [{ apiGroups: ['x'], resources: ['y'], verbs: ['get'] }],
          ...(annotation && {
            metadata: { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': annotation } },
          }),
        },
        { headers: { 'content-type': 'application/merge-patch+json' } },
      )
    await change('system:kube-dns')
    await change('system:kube-aggregator', 'false')
    await api.ok('DELETE', `${cluster}/clusterroles/system:volume-scheduler`)
    await api.server.close()
    return api
  })
  const api = await TestApi.start({ options: { authorization: ['RBAC'] }, store, clock })
  const rules = async (name: string) =>
    (await api.ok<ClusterRole>('GET', `${cluster}/clusterroles/${name}`)).rules
  assert.equal(
    (await rules('system:kube-dns'))?.length,
    5,
    'its own rule, and one for each verb and resource that it lacked',
  )
  assert.equal((await rules('system:kube-aggregator'))?.length, 1)
  assert.equal((await rules('system:volume-scheduler'))?.length, 3)
})

test('an update or an apply that makes an object takes the right to create it', async () => {
  const api = await start()
  const group_ = { metadata: { name: 'leases' } }
  const rule = (verbs: string[]) => ({ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs })
  await api.ok('POST', `${inNamespace}/roles`, { ...group_, rules: [rule(['get', 'update', 'patch'])] })
  await api.ok('POST', `${inNamespace}/rolebindings`, bound('Role', 'leases', jane))
  const url = '/apis/coordination.k8s.io/v1/namespaces/default/leases/a'
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' }, spec: {} }
  const refused =
    '403 leases.coordination.k8s.io "a" is forbidden: User "jane" cannot create resource "leases" in API group "coordination.k8s.io" in the namespace "default"'
  assert.equal(await ask(api, 'jane', 'PUT', url, lease), refused)
  const apply = await api.call('PATCH', `${url}?fieldManager=x`, lease, {
    secure: true,
    headers: { authorization: 'Bearer jane', 'content-type': 'application/apply-patch+yaml' },
  })
  assert.equal(`403 ${(apply.json as Status).message}`, refused)
  await api.ok('PUT', `${inNamespace}/roles/leases`, {
    ...group_,
    rules: [rule(['create', 'get', 'update'])],
  })
  assert.equal(await ask(api, 'jane', 'PUT', url, lease), '201')
})

test('a session over a WebSocket takes the right to create it', async () => {
  const api = await start()
  const sessions = ['pods/exec', 'pods/attach', 'pods/portforward']
  await api.ok('POST', `${inNamespace}/roles`, {
    metadata: { name: 'sessions' },
    rules: [{ apiGroups: [''], resources: sessions, verbs: ['get'] }],
  })
  await api.ok('POST', `${inNamespace}/rolebindings`, bound('Role', 'sessions', jane))
  for (const what of ['exec', 'attach', 'portforward']) {
    const socket = new PassThrough()
    const got = text(socket)
    await api.server.upgrade(
      {
        method: 'GET',
        url: `/api/v1/namespaces/default/pods/web/${what}`,
        headers: { authorization: 'Bearer jane' },
        body: async () => new Uint8Array(0),
        signal: never,
        peer: { address: '127.0.0.1', secure: true },
      },
      socket,
      new Uint8Array(0),
    )
    assert.match(await got, new RegExp(`User .{2}jane.{2} cannot create resource .{2}pods/${what}`))
  }
})
