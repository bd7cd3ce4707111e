// What is told of a request: by level, at each stage, and of whom.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'
import { readTokenFile } from '../chain/token-file.ts'
import type { AuditEvent } from './event.ts'
import type { AuditSink } from './filter.ts'
import type { AuditLevel, AuditRule } from './policy.ts'

const tokens = readTokenFile('t', 'abc,jane,u1,"dev"\nroot,admin,u3,system:masters\n')
const secrets = '/api/v1/namespaces/default/secrets'
const secret = { metadata: { name: 'a' }, stringData: { key: 'hidden' } }
const everything: AuditRule = {
  level: 'Metadata',
  users: [],
  userGroups: [],
  verbs: [],
  resources: [],
  namespaces: [],
  nonResourceURLs: [],
  omitStages: [],
}

const broken = {
  path: '/broken',
  handle() {
    throw new TypeError('no such thing')
  },
}

async function audited(level: AuditLevel, more: Partial<AuditRule> = {}, sink?: AuditSink) {
  const events: AuditEvent[] = []
  const api = await TestApi.start({
    tokens,
    routes: [broken],
    options: { authorization: ['RBAC'], admission: ['NamespaceLifecycle', 'PodSecurity'] },
    auditor: {
      policy: { rules: [{ ...everything, level, ...more }], omitStages: [], omitManagedFields: false },
      sink: sink ?? { take: (event) => void events.push(structuredClone(event)) },
    },
  })
  const as = (token: string, headers: Record<string, string> = {}) => ({
    secure: true,
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  return { api, events, as, text: () => JSON.stringify(events) }
}

test('Metadata tells who did what to which object, and nothing of what is in it', async () => {
  const { api, events, as, text } = await audited('Metadata')
  const agent = { 'user-agent': 'test/1', 'audit-id': 'id-1', 'x-forwarded-for': '10.1.1.1, junk' }
  await api.ok('POST', secrets, secret, as('root', agent))
  assert.deepEqual(
    events.map(({ stage }) => stage),
    ['RequestReceived', 'ResponseComplete'],
  )
  const [, event] = events
  assert.deepEqual(JSON.parse(JSON.stringify(event)), {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'id-1',
    stage: 'ResponseComplete',
    requestURI: secrets,
    verb: 'create',
    user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
    sourceIPs: ['10.1.1.1', '127.0.0.1'],
    userAgent: 'test/1',
    objectRef: { resource: 'secrets', namespace: 'default', name: 'a', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestReceivedTimestamp: event?.requestReceivedTimestamp,
    stageTimestamp: event?.stageTimestamp,
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
  })
  assert.match(event?.stageTimestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  await api.ok(
    'PATCH',
    `${secrets}/a`,
    { stringData: { key: 'hidden too' } },
    {
      ...as('root'),
      headers: { ...as('root').headers, 'content-type': 'application/merge-patch+json' },
    },
  )
  await api.ok('GET', secrets, undefined, as('root'))
  assert.ok(!text().includes('hidden') && !text().includes(Buffer.from('hidden').toString('base64')))
})

test('Request tells what was sent as well, RequestResponse what was answered too', async () => {
  const request = await audited('Request')
  await request.api.ok('POST', secrets, secret, request.as('root'))
  const sent = request.events[1]
  assert.deepEqual((sent?.requestObject as { stringData?: object } | undefined)?.stringData, {
    key: 'hidden',
  })
  assert.equal(sent?.responseObject, undefined)

  const both = await audited('RequestResponse', { omitManagedFields: true })
  await both.api.ok('POST', secrets, secret, both.as('root'))
  const told = both.events[1]?.responseObject as { kind: string; data: object; metadata: object }
  assert.deepEqual([told.kind, told.data], ['Secret', { key: Buffer.from('hidden').toString('base64') }])
  assert.ok(!('managedFields' in told.metadata))
  await both.api
    .ok('GET', secrets, undefined, both.as('root', { accept: 'application/vnd.kubernetes.protobuf' }))
    .catch(() => {})
  const list = both.events.at(-1)?.responseObject as { kind: string; items: { metadata: object }[] }
  assert.deepEqual([list.kind, list.items.length], ['SecretList', 1])
  assert.ok(!('managedFields' in (list.items[0]?.metadata ?? {})))
  await both.api.ok('DELETE', `${secrets}/a`, { gracePeriodSeconds: 0 }, both.as('root'))
  const deleted = both.events.at(-1)
  assert.equal((deleted?.requestObject as { gracePeriodSeconds?: number } | undefined)?.gracePeriodSeconds, 0)
  assert.equal(deleted?.responseStatus?.['status'], 'Success')
})

test('refusals are told with their reason, and who was impersonated', async () => {
  const { api, events, as } = await audited('Metadata', { omitStages: ['RequestReceived'] })
  assert.equal((await api.call('GET', secrets, undefined, as('abc'))).status, 403)
  const refused = events.at(-1)
  assert.equal(refused?.responseStatus?.['reason'], 'Forbidden')
  assert.equal(refused?.responseStatus?.['code'], 403)
  assert.equal(refused?.annotations?.['authorization.k8s.io/decision'], 'forbid')
  await api.call(
    'GET',
    secrets,
    undefined,
    as('root', { 'impersonate-user': 'ann', 'impersonate-group': 'ops' }),
  )
  assert.deepEqual(events.at(-1)?.impersonatedUser, {
    username: 'ann',
    groups: ['ops', 'system:authenticated'],
  })
  assert.equal(events.at(-1)?.user.username, 'admin')
  await api.call('GET', `${secrets}/none`, undefined, as('root'))
  assert.deepEqual(events.at(-1)?.responseStatus, {
    metadata: {},
    status: 'Failure',
    message: 'secrets "none" not found',
    reason: 'NotFound',
    details: { name: 'none', kind: 'secrets' },
    code: 404,
  })
})

test('credentials that are nobody`s are told of, without the credentials', async () => {
  const { api, events, as, text } = await audited('RequestResponse')
  assert.equal((await api.call('GET', secrets, undefined, as('wrong-token'))).status, 401)
  const [event] = events
  assert.equal(events.length, 1)
  assert.deepEqual(
    [event?.stage, event?.user, event?.responseStatus],
    ['ResponseStarted', {}, { metadata: {}, message: 'Authentication failed, attempted: bearer', code: 401 }],
  )
  assert.ok(!text().includes('wrong-token'))
})

test('a watch is told of when it begins and when it ends', async () => {
  const { api, events, as } = await audited('Metadata')
  const watching = await api.watch(`${secrets}?watch=1`, as('root'))
  assert.deepEqual(
    events.map(({ stage }) => stage),
    ['RequestReceived', 'ResponseStarted'],
  )
  assert.equal(events[1]?.verb, 'watch')
  watching.end()
  assert.deepEqual(
    events.map(({ stage }) => stage),
    ['RequestReceived', 'ResponseStarted', 'ResponseComplete'],
  )
})

test('a fault of the server is told as a panic', async () => {
  const { api, events, as } = await audited('Metadata')
  assert.equal((await api.call('GET', '/broken', undefined, as('root'))).status, 500)
  const { stage, responseStatus } = events.at(-1) as AuditEvent
  assert.equal(stage, 'Panic')
  assert.deepEqual(responseStatus, {
    metadata: {},
    status: 'Failure',
    message: "APIServer panic'd: no such thing",
    reason: 'InternalError',
    code: 500,
  })
})

test('what no rule wants is not told; stages that are left out are not', async () => {
  const none = await audited('None')
  await none.api.ok('GET', secrets, undefined, none.as('root'))
  assert.deepEqual(none.events, [])
  const some = await audited('Metadata', { omitStages: ['RequestReceived', 'ResponseComplete'] })
  await some.api.ok('GET', secrets, undefined, some.as('root'))
  assert.deepEqual(some.events, [])
})

test('a sink that refuses an event refuses the request, before it does anything', async () => {
  const refusing: AuditSink = { take: () => Promise.reject(new Error('the disk is full')) }
  const { api, as } = await audited('Metadata', {}, refusing)
  assert.equal((await api.call('POST', secrets, secret, as('root'))).status, 500)
  assert.equal((await api.call('GET', `${secrets}/a`)).status, 500)
  assert.equal((await api.store.list('/registry/secrets/default/', {})).items.length, 0)
})

test('what PodSecurity finds is told', async () => {
  const { api, events, as } = await audited('Metadata', { omitStages: ['RequestReceived'] })
  const labels = {
    'pod-security.kubernetes.io/audit': 'restricted',
    'pod-security.kubernetes.io/enforce': 'baseline',
  }
  await api.ok('POST', '/api/v1/namespaces', { metadata: { name: 'held', labels } }, as('root'))
  const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  await api.ok('POST', '/api/v1/namespaces/held/pods', pod, as('root'))
  const { annotations = {} } = events.at(-1) as AuditEvent
  assert.equal(annotations['pod-security.kubernetes.io/enforce-policy'], 'baseline:latest')
  assert.match(
    annotations['pod-security.kubernetes.io/audit-violations'] ?? '',
    /^would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false /,
  )
})
