// The forms of an answer: what Accept, pretty and the user agent ask for, and the headers that come with it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#schema/object'
import { TestApi } from '#testkit/api-server'

const cms = '/api/v1/namespaces/default/configmaps'
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
const partialList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
const kubectl = `${table},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json`

async function started(): Promise<{ api: TestApi; made: KubeObject }> {
  const api = await TestApi.start()
  const made = await api.ok('POST', cms, { metadata: { name: 'a' }, data: { k: '<v>', on: 'yes' } })
  return { api, made }
}
const ask = (api: TestApi, path: string, headers: Record<string, string>) =>
  api.call('GET', path, undefined, { headers })

const accepts: readonly (readonly [accept: string, contentType: string | undefined])[] = [
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/yaml', 'application/yaml'],
  ['application/json, */*', 'application/json'],
  ['application/yaml;q=0.5, application/json;q=0.9', 'application/json'],
  ['application/json;q=0.1, application/yaml', 'application/yaml'],
  ['application/vnd.kubernetes.protobuf, application/json', 'application/vnd.kubernetes.protobuf'],
  [
    `application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io, ${table}`,
    table.replace('v=v1;g=meta.k8s.io', 'g=meta.k8s.io;v=v1'),
  ],
  ['application/cbor, application/json', 'application/json'],
  ['text/html, application/xhtml+xml, */*;q=0.8', 'application/json'],
  [table, table.replace('v=v1;g=meta.k8s.io', 'g=meta.k8s.io;v=v1')],
  [kubectl, table.replace('v=v1;g=meta.k8s.io', 'g=meta.k8s.io;v=v1')],
  ['application/json;as=Cheese;v=v1;g=meta.k8s.io, application/json', 'application/json'],
  ['text/html', undefined],
  ['application/json;as=Cheese;v=v1;g=meta.k8s.io', undefined],
  ['application/cbor', undefined],
]

for (const [accept, contentType] of accepts) {
  test(`Accept: ${accept} gets ${contentType ?? '406'}`, async () => {
    const { api } = await started()
    const answer = await ask(api, cms, { accept })
    assert.equal(answer.status, contentType === undefined ? 406 : 200)
    if (contentType !== undefined) assert.equal(answer.headers['content-type'], contentType)
  })
}

const agents: readonly (readonly [agent: string, query: string, pretty: boolean])[] = [
  ['curl/8.0', '', true],
  ['Wget/1.21', '', true],
  ['Mozilla/5.0 (X11)', '', true],
  ['kubectl/v1.36', '', false],
  ['curl/8.0', '?pretty=false', false],
  ['curl/8.0', '?pretty=0', false],
  ['kubectl/v1.36', '?pretty=true', true],
  ['kubectl/v1.36', '?pretty=1', true],
]

for (const [agent, query, pretty] of agents) {
  test(`${agent} asking ${query || 'plainly'} gets ${pretty ? 'indented' : 'compact'} JSON`, async () => {
    const { api, made } = await started()
    const { text } = await ask(api, `${cms}/a${query}`, { 'user-agent': agent })
    const compact = JSON.stringify(made)
    const indented = JSON.stringify(made, null, 2)
    const escaped = (pretty ? indented : compact).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')
    assert.equal(text, `${escaped}\n`)
  })
}

test('refusals are indented for people too', async () => {
  const { api } = await started()
  const { text } = await ask(api, `${cms}/none`, { 'user-agent': 'curl/8.0' })
  assert.match(text, /^\{\n {2}"kind": "Status",\n/)
})

test('objects, lists and refusals come as YAML', async () => {
  const { api, made } = await started()
  const { uid, resourceVersion, creationTimestamp } = made.metadata
  const yaml = { accept: 'application/yaml' }
  const object = await ask(api, `${cms}/a`, yaml)
  assert.equal(
    object.text,
    `apiVersion: v1\ndata:\n  k: <v>\n  "on": "yes"\nkind: ConfigMap\nmetadata:\n  creationTimestamp: "${creationTimestamp}"\n  managedFields:\n  - apiVersion: v1\n    fieldsType: FieldsV1\n    fieldsV1:\n      f:data:\n        .: {}\n        f:k: {}\n        f:on: {}\n    manager: unknown\n    operation: Update\n    time: "${creationTimestamp}"\n  name: a\n  namespace: default\n  resourceVersion: "${resourceVersion}"\n  uid: ${uid}\n`,
  )
  assert.match((await ask(api, cms, yaml)).text, /^apiVersion: v1\nitems:\n- data:\n {4}k: <v>\n/)
  const refusal = await ask(api, `${cms}/none`, yaml)
  assert.equal(refusal.headers['content-type'], 'application/yaml')
  assert.match(
    refusal.text,
    /^apiVersion: v1\ncode: 404\ndetails:\n {2}kind: configmaps\n {2}name: none\nkind: Status\n/,
  )
})

test('a body may be YAML', async () => {
  const { api } = await started()
  const body =
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  text: |\n    two\n    lines\n'
  const made = await api.ok<KubeObject & { data: object }>('POST', cms, body, {
    headers: { 'content-type': 'application/yaml' },
  })
  assert.deepEqual(made.data, { text: 'two\nlines\n' })
})

test('YAML with aliases that multiply is refused', async () => {
  const { api } = await started()
  const levels = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(',')}]`,
  )
  const bomb = `a0: &a0 [lol]\n${levels.join('\n')}\n`
  const answer = await api.call('POST', cms, bomb, { headers: { 'content-type': 'application/yaml' } })
  assert.equal(answer.status, 400)
})

interface Table {
  kind: string
  apiVersion: string
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number }
  columnDefinitions: { name: string; type: string; priority: number }[]
  rows: { cells: unknown[]; object: KubeObject | null }[]
}

test('a table has the kind`s columns, a row for each object, and the list`s metadata', async () => {
  const { api, made } = await started()
  await api.ok('POST', cms, { metadata: { name: 'b' } })
  await api.clock.advance(90_000)
  const get = async (path: string) => (await ask(api, path, { accept: table })).json as Table
  const all = await get(cms)
  assert.deepEqual([all.kind, all.apiVersion], ['Table', 'meta.k8s.io/v1'])
  assert.deepEqual(
    all.columnDefinitions.map(({ name }) => name),
    ['Name', 'Data', 'Age'],
  )
  assert.deepEqual(
    all.rows.map(({ cells }) => cells),
    [
      ['a', 2, '90s'],
      ['b', 0, '90s'],
    ],
  )
  assert.deepEqual(all.rows[0]?.object, {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: made.metadata,
  })
  assert.equal(all.metadata.resourceVersion, String(await api.store.revision()))
  const page = await get(`${cms}?limit=1`)
  assert.equal(page.metadata.remainingItemCount, 1)
  const one = await get(`${cms}/a?includeObject=Object`)
  assert.deepEqual(one.rows[0]?.object, made)
  assert.equal(one.metadata.resourceVersion, made.metadata.resourceVersion)
  const none = await get(`${cms}/a?includeObject=None`)
  assert.equal(none.rows[0]?.object, null)
})

test('metadata alone comes without the rest', async () => {
  const { api, made } = await started()
  const one = await ask(api, `${cms}/a`, { accept: partial })
  assert.deepEqual(one.json, {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: made.metadata,
  })
  const list = (await ask(api, cms, { accept: partialList })).json as { kind: string; items: KubeObject[] }
  assert.equal(list.kind, 'PartialObjectMetadataList')
  assert.deepEqual(
    list.items.map(({ metadata }) => metadata),
    [made.metadata],
  )
})

test('unknown and duplicate fields are warned of, or passed over when asked so', async () => {
  const { api } = await started()
  const body = '{"metadata":{"name":"w"},"dta":1,"data":{"k":"1"},"data":{"k":"2"}}'
  const json = { headers: { 'content-type': 'application/json' } }
  const warned = await api.call('POST', `${cms}?dryRun=All`, body, json)
  assert.equal(warned.status, 201)
  assert.equal(warned.headers.warning, '299 - "unknown field \\"dta\\"", 299 - "duplicate field \\"data\\""')
  const ignored = await api.call('POST', `${cms}?dryRun=All&fieldValidation=Ignore`, body, json)
  assert.equal(ignored.status, 201)
  assert.equal(ignored.headers.warning, undefined)
})

test('a body without a content type is read as JSON', async () => {
  const { api } = await started()
  const made = await api.call('POST', cms, Buffer.from('{"metadata":{"name":"n"}}'), {
    headers: { 'content-type': '' },
  })
  assert.equal(made.status, 201)
})
