import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { kinds } from '#kinds'
import { defineKind, type ResourceFacts } from '#kinds/define'
import { resources } from '#kinds/gen/resources'
import { specStatus } from '#kinds/spec-status'
import type { KubeObject } from '#schema/object'
import { TestApi } from '#testkit/api-server'

/** A kind with the facts of a real one, and no rules but the usual split of spec and status. */
function plainKind(facts: ResourceFacts) {
  const cells = Object.fromEntries(facts.columns.map(({ name }) => [name, () => '']))
  return defineKind(facts, { cells, rules: specStatus({ hasGeneration: true, newStatus: () => ({}) }) })
}

const scalable = [
  plainKind(resources['apps/v1/deployments']),
  plainKind(resources['v1/replicationcontrollers']),
]
const others = kinds.filter(({ kind }) => !scalable.some((one) => one.kind === kind))

const deployments = '/apis/apps/v1/namespaces/default/deployments'
const controllers = '/api/v1/namespaces/default/replicationcontrollers'
const merge = { headers: { 'content-type': 'application/merge-patch+json' } }

async function started() {
  const api = await TestApi.start({ kinds: [...others, ...scalable] })
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const matchExpressions = [{ key: 'tier', operator: 'In', values: ['a', 'b'] }]
  const selector = { matchLabels: { app: 'web' }, matchExpressions }
  const made = await api.ok('POST', deployments, {
    metadata: { name: 'web' },
    spec: { replicas: 2, selector, template },
  })
  return { api, made }
}

type Scale = KubeObject & { spec: { replicas?: number }; status: object }
type Deployment = KubeObject & { spec: { replicas: number; selector: object } }

test('an object shows its scale', async () => {
  const { api, made } = await started()
  await api.ok('PATCH', `${deployments}/web/status`, { status: { replicas: 1 } }, merge)
  const { metadata } = await api.ok('GET', `${deployments}/web`)
  const { text } = await api.call('GET', `${deployments}/web/scale`)
  assert.equal(
    text,
    `{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"web","namespace":"default","uid":"${made.metadata.uid}","resourceVersion":"${metadata.resourceVersion}","creationTimestamp":"${made.metadata.creationTimestamp}"},"spec":{"replicas":2},"status":{"replicas":1,"selector":"app=web,tier in (a,b)"}}\n`,
  )
  const table = await api.ok<{ rows: { cells: unknown[] }[] }>('GET', `${deployments}/web/scale`, undefined, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  })
  assert.deepEqual(table.rows[0]?.cells, ['web', 2, 1, '0s'])
  assert.equal((await api.call('GET', `${deployments}/none/scale`)).status, 404)
})

test('an object that selects by labels alone shows its scale too', async () => {
  const { api } = await started()
  await api.ok('POST', controllers, { metadata: { name: 'old' }, spec: { selector: { b: '2', a: '1' } } })
  const { spec, status } = await api.ok<Scale>('GET', `${controllers}/old/scale`)
  assert.deepEqual([spec, status], [{ replicas: 1 }, { replicas: 0, selector: 'a=1,b=2' }])
})

test('a scale is written by PUT and by every patch, and nothing else of the object', async () => {
  const { api } = await started()
  const scale = await api.ok<Scale>('GET', `${deployments}/web/scale`)
  const put = await api.ok<Scale>('PUT', `${deployments}/web/scale`, { ...scale, spec: { replicas: 5 } })
  assert.deepEqual(put.spec, { replicas: 5 })
  const body = { spec: { replicas: 6 }, metadata: { labels: { a: 'b' } } }
  const merged = await api.ok<Scale>('PATCH', `${deployments}/web/scale`, body, merge)
  assert.deepEqual(merged.spec, { replicas: 6 })
  const strategic = { headers: { 'content-type': 'application/strategic-merge-patch+json' } }
  await api.ok('PATCH', `${deployments}/web/scale`, { spec: { replicas: 7 } }, strategic)
  const json = { headers: { 'content-type': 'application/json-patch+json' } }
  const operations = [
    { op: 'test', path: '/spec/replicas', value: 7 },
    { op: 'replace', path: '/spec/replicas', value: 8 },
  ]
  await api.ok('PATCH', `${deployments}/web/scale?dryRun=All`, [operations[1]], json)
  await api.ok('PATCH', `${deployments}/web/scale`, operations, json)
  const { metadata, spec } = await api.ok<Deployment>('GET', `${deployments}/web`)
  assert.equal(spec.replicas, 8)
  assert.deepEqual([metadata.labels, metadata.generation], [undefined, 5])
  const owners = metadata.managedFields as { subresource?: string; fieldsV1: object }[]
  const scaler = owners.find(({ subresource }) => subresource === 'scale')
  assert.deepEqual(scaler?.fieldsV1, { 'f:spec': { 'f:replicas': {} } })
})

test('a scale without a number wants none', async () => {
  const { api } = await started()
  await api.ok('PUT', `${deployments}/web/scale`, { metadata: { name: 'web' } })
  assert.deepEqual((await api.ok<Scale>('GET', `${deployments}/web/scale`)).spec, {})
})

const wrong: readonly (readonly [what: string, body: object, code: number, message: RegExp])[] = [
  [
    'a negative number',
    { metadata: { name: 'web', namespace: 'default' }, spec: { replicas: -1 } },
    422,
    /^Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0$/,
  ],
  [
    'another name',
    { metadata: { name: 'other' } },
    400,
    /^the name of the object \(other\) does not match the name on the URL \(web\)$/,
  ],
  [
    'another object`s uid',
    { metadata: { name: 'web', uid: 'other' } },
    409,
    /^Operation cannot be fulfilled on deployments\/scale.apps "web": Precondition failed: UID in precondition: other, UID in object meta: /,
  ],
  [
    'an old state',
    { metadata: { name: 'web', resourceVersion: '1' } },
    409,
    /^Operation cannot be fulfilled on deployments.apps "web": the object has been modified/,
  ],
  [
    'an object of another kind',
    { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'web' } },
    400,
    /cannot be handled as a Scale/,
  ],
]

test('a wrong scale is refused with upstream`s words', async () => {
  const { api } = await started()
  for (const [what, body, code, message] of wrong) {
    const answer = await api.call('PUT', `${deployments}/web/scale`, body)
    assert.equal(answer.status, code, `${what}: ${answer.text}`)
    assert.match((answer.json as Status).message as string, message)
  }
  assert.equal((await api.call('DELETE', `${deployments}/web/scale`)).status, 405)
})
