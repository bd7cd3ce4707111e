// Requests in another's name: who may be whom, and what is said to those who may not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { TestApi } from '#testkit/api-server'
import { readTokenFile } from '../chain/token-file.ts'

const group = 'rbac.authorization.k8s.io'
const cluster = `/apis/${group}/v1`
const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const pods = '/api/v1/namespaces/default/pods'
const agentExtra = { 'authentication.kubernetes.io/node-name': ['n1'] }

/** A server on which bob, and an agent that runs on node n1, have the rights of these rules. */
async function start(...rules: object[]) {
  const file = readTokenFile('t', 'bob,bob,1\nroot,root,2,system:masters\n')
  const agent = { name: 'system:serviceaccount:default:agent', groups: [], extra: agentExtra }
  const tokens = (token: string) => (token === 'agent' ? agent : file(token))
  const api = await TestApi.start({ options: { authorization: ['RBAC'] }, tokens })
  await api.ok('POST', `${cluster}/clusterroles`, { metadata: { name: 'some' }, rules })
  const subjects = ['bob', agent.name].map((name) => ({ kind: 'User', name }))
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name: 'some' }
  await api.ok('POST', `${cluster}/clusterrolebindings`, { metadata: { name: 'some' }, roleRef, subjects })
  return api
}

async function ask(api: TestApi, who: string, headers: Record<string, string>, url = pods) {
  const { status, json } = await api.call('GET', url, undefined, {
    secure: true,
    headers: { authorization: `Bearer ${who}`, ...headers },
  })
  return status < 300 ? `${status}` : `${status} ${(json as Status).message}`
}

async function seen(api: TestApi, who: string, headers: Record<string, string>) {
  const { status, json } = await api.call(
    'POST',
    whoami,
    {},
    { secure: true, headers: { authorization: `Bearer ${who}`, ...headers } },
  )
  return status === 201
    ? (json as { status: { userInfo: object } }).status.userInfo
    : (json as Status).message
}

const may = (verb: string, resource: string, apiGroup = '', ...resourceNames: string[]) => ({
  verbs: [verb],
  apiGroups: [apiGroup],
  resources: [resource],
  ...(resourceNames.length > 0 && { resourceNames }),
})
const identity = 'authentication.k8s.io'
const where = 'in the namespace "default"'

test('an administrator may be anybody', async () => {
  const api = await start()
  const authenticated = 'system:authenticated'
  assert.deepEqual(await seen(api, 'root', { 'impersonate-user': 'ann' }), {
    username: 'ann',
    groups: [authenticated],
  })
  assert.deepEqual(
    await seen(api, 'root', {
      'impersonate-user': 'ann',
      'impersonate-uid': 'u1',
      'impersonate-group': 'cn=a, ou=b\ndev',
      'impersonate-extra-example.com%2fscopes': 'one\ntwo',
    }),
    {
      username: 'ann',
      uid: 'u1',
      groups: ['cn=a, ou=b', 'dev', authenticated],
      extra: { 'example.com/scopes': ['one', 'two'] },
    },
  )
  assert.deepEqual(await seen(api, 'root', { 'impersonate-user': 'system:serviceaccount:red:robot' }), {
    username: 'system:serviceaccount:red:robot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:red', authenticated],
  })
  assert.deepEqual(await seen(api, 'root', { 'impersonate-user': 'system:node:n1' }), {
    username: 'system:node:n1',
    groups: ['system:nodes', authenticated],
  })
  const masters = { 'impersonate-user': 'ann', 'impersonate-group': 'system:masters' }
  assert.equal(await ask(api, 'root', masters), '200')
  assert.equal(
    await ask(api, 'root', { 'impersonate-user': 'system:anonymous' }),
    `403 pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" ${where}`,
  )
})

test('who may not be another is told so, by the first way that there would be', async () => {
  const api = await start()
  const cannot = (verb: string) =>
    `403 pods is forbidden: User "bob" cannot ${verb} resource "pods" in API group "" ${where}`
  assert.equal(await ask(api, 'bob', { 'impersonate-user': 'ann' }), cannot('impersonate-on:user-info:list'))
  assert.equal(
    await ask(api, 'bob', { 'impersonate-user': 'system:serviceaccount:red:robot' }),
    cannot('impersonate-on:serviceaccount:list'),
  )
  assert.equal(
    await ask(api, 'bob', { 'impersonate-user': 'system:node:n1' }),
    cannot('impersonate-on:arbitrary-node:list'),
  )
  assert.equal(
    await ask(api, 'bob', { 'impersonate-group': 'dev' }),
    '400 requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"dev"}, Extra:map[string][]string(nil)} without impersonating a user name',
  )
})

test('the old right to impersonate is for users, groups, ids and extras by their names', async () => {
  const api = await start(
    may('impersonate', 'users', '', 'ann'),
    may('impersonate', 'groups', '', 'dev'),
    may('impersonate', 'userextras/scopes', identity, 'one'),
    may('impersonate', 'uids', identity, 'u1'),
    may('impersonate', 'serviceaccounts', '', 'robot'),
  )
  const allowed = {
    'impersonate-user': 'ann',
    'impersonate-group': 'dev',
    'impersonate-uid': 'u1',
    'impersonate-extra-scopes': 'one',
  }
  const asAnn = `403 pods is forbidden: User "ann" cannot list resource "pods" in API group "" ${where}`
  assert.equal(await ask(api, 'bob', allowed), asAnn)
  for (const wrong of [
    { 'impersonate-user': 'root' },
    { 'impersonate-group': 'dev\nops' },
    { 'impersonate-group': 'system:masters' },
    { 'impersonate-uid': 'u2' },
    { 'impersonate-extra-scopes': 'two' },
    { 'impersonate-extra-other': 'one' },
    { 'impersonate-user': 'system:serviceaccount:red:other' },
  ]) {
    assert.match(await ask(api, 'bob', { ...allowed, ...wrong }), /^403 .*User "bob" cannot impersonate/)
  }
  const robot = { 'impersonate-user': 'system:serviceaccount:red:robot' }
  assert.match(await ask(api, 'bob', robot), /User "system:serviceaccount:red:robot" cannot list/)
})

test('constrained impersonation takes a right for the user and one for what is done in their name', async () => {
  const narrow = await start(
    may('impersonate:user-info', 'users', identity, 'ann'),
    may('impersonate-on:user-info:list', 'pods'),
  )
  const ann = { 'impersonate-user': 'ann' }
  assert.match(await ask(narrow, 'bob', ann), /User "ann" cannot list resource "pods"/)
  assert.match(
    await ask(narrow, 'bob', ann, '/api/v1/nodes'),
    /User "bob" cannot impersonate-on:user-info:list resource "nodes"/,
  )
  assert.match(
    await ask(narrow, 'bob', { 'impersonate-user': 'eve' }),
    /users.authentication.k8s.io "eve" is forbidden: User "bob" cannot impersonate:user-info/,
  )
  const masters = { ...ann, 'impersonate-group': 'system:masters' }
  assert.match(await ask(narrow, 'bob', masters), /impersonating the system:masters group is not allowed$/)
  assert.match(
    await ask(narrow, 'bob', { ...ann, 'impersonate-extra-Bad': 'x' }),
    /impersonating an invalid key in extra/,
  )
})

test('an agent may be the node that it runs on, and no other', async () => {
  const api = await start(
    may('impersonate:associated-node', 'nodes', identity),
    may('impersonate-on:associated-node:list', 'pods'),
  )
  const as = (node: string) => ask(api, 'agent', { 'impersonate-user': `system:node:${node}` })
  assert.match(await as('n1'), /User "system:node:n1" cannot list resource "pods"/)
  assert.match(await as('n2'), /cannot impersonate-on:arbitrary-node:list/)
})
