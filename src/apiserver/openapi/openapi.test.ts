import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kinds } from '#kinds'
import { TestApi } from '#testkit/api-server'
import { wireFields } from '#schema/protobuf-wire'
import { openApiRoutes } from './routes.ts'

interface Operation {
  operationId: string
  'x-kubernetes-action'?: string
  requestBody?: { content: object }
  responses?: Record<string, { content?: object }>
  parameters: { name: string; in: string }[]
  'x-kubernetes-group-version-kind': { group: string; version: string; kind: string }
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  definitions?: Record<string, object>
  components?: { schemas: Record<string, object> }
}

const started = () => TestApi.start({ routes: openApiRoutes(kinds, () => Date.UTC(2026, 0)) })
const index = (api: TestApi) =>
  api.ok<{ paths: Record<string, { serverRelativeURL: string }> }>('GET', '/openapi/v3')

/** Every reference in a document leads to something that it describes. */
function checkReferences(document: Document): void {
  const known = document.definitions ?? document.components?.schemas ?? {}
  const references = JSON.stringify(document).matchAll(
    /"\$ref":"#\/(?:definitions|components\/schemas)\/([^"]+)"/g,
  )
  const missing = Array.from(references, ([, name]) => name as string).filter(
    (name) => known[name] === undefined,
  )
  assert.deepEqual([...new Set(missing)], [])
}

function checkOperations(document: Document): void {
  const ids = Object.values(document.paths).flatMap((item) =>
    Object.entries(item).flatMap(([method, operation]) =>
      method === 'parameters' ? [] : [operation.operationId],
    ),
  )
  assert.equal(new Set(ids).size, ids.length, 'operations have names of their own')
}

test('there is one OpenAPI 3.0 document for each group version, kept for good under its hash', async () => {
  const api = await started()
  const { paths } = await index(api)
  assert.ok('api/v1' in paths && 'apis/coordination.k8s.io/v1' in paths)
  for (const { serverRelativeURL } of Object.values(paths)) {
    const answer = await api.call('GET', serverRelativeURL)
    assert.equal(answer.headers['cache-control'], 'public, immutable')
    checkReferences(answer.json as Document)
    checkOperations(answer.json as Document)
    const again = await api.call('GET', serverRelativeURL, undefined, {
      headers: { 'if-none-match': answer.headers.etag as string },
    })
    assert.equal(again.status, 304)
  }
  assert.equal((await api.call('GET', '/openapi/v3/apis/none/v1')).status, 404)
})

test('documents of OpenAPI 3.0 have addresses that may be kept for a year, old ones lead to them', async () => {
  const api = await started()
  const { paths } = await index(api)
  const address = paths['apis/apps/v1']?.serverRelativeURL as string
  const kept = await api.call('GET', address)
  assert.equal(kept.headers.expires, 'Fri, 01 Jan 2027 00:00:00 GMT')
  assert.equal(kept.headers.etag, `"${address.split('hash=')[1]}"`)
  const moved = await api.send('GET', '/openapi/v3/apis/apps/v1?hash=OLD')
  assert.deepEqual([moved.status, moved.headers.location], [301, address])
  const plain = await api.call('GET', '/openapi/v3/apis/apps/v1')
  assert.deepEqual([plain.headers['cache-control'], plain.headers.expires], ['no-cache, private', undefined])
  for (const path of ['/openapi/v2', '/openapi/v3/apis/apps/v1']) {
    const refused = await api.send('GET', path, undefined, { headers: { accept: 'text/plain' } })
    assert.equal(refused.status, 406, path)
  }
})

test('PATCH of every kind says that the server validates fields, as kubectl asks', async () => {
  const api = await started()
  const { paths } = await api.ok<Document>('GET', '/openapi/v3/api/v1')
  const patch = paths['/api/v1/namespaces/{namespace}/pods/{name}']?.patch
  assert.deepEqual(patch?.['x-kubernetes-group-version-kind'], { group: '', kind: 'Pod', version: 'v1' })
  assert.ok(patch?.parameters.some((one) => one.name === 'fieldValidation' && one.in === 'query'))
  assert.equal(patch?.operationId, 'patchCoreV1NamespacedPod')
})

/** Operations by path and method, as upstream names them. */
const operations: readonly (readonly [
  path: string,
  method: string,
  id: string,
  action: string | undefined,
])[] = [
  ['/api/v1/pods', 'get', 'listCoreV1PodForAllNamespaces', 'list'],
  ['/api/v1/namespaces/{namespace}/pods', 'post', 'createCoreV1NamespacedPod', 'post'],
  [
    '/api/v1/namespaces/{namespace}/pods',
    'delete',
    'deleteCoreV1CollectionNamespacedPod',
    'deletecollection',
  ],
  ['/api/v1/nodes/{name}', 'put', 'replaceCoreV1Node', 'put'],
  ['/api/v1/nodes/{name}/status', 'patch', 'patchCoreV1NodeStatus', 'patch'],
  [
    '/api/v1/namespaces/{namespace}/pods/{name}/exec',
    'post',
    'connectCoreV1PostNamespacedPodExec',
    'connect',
  ],
  ['/api/v1/nodes/{name}/proxy/{path}', 'head', 'connectCoreV1HeadNodeProxyWithPath', 'connect'],
  ['/api/v1/watch/pods', 'get', 'watchCoreV1PodListForAllNamespaces', 'watchlist'],
  ['/api/v1/watch/namespaces/{namespace}/pods', 'get', 'watchCoreV1NamespacedPodList', 'watchlist'],
  ['/api/v1/watch/nodes/{name}', 'get', 'watchCoreV1Node', 'watch'],
  ['/api/', 'get', 'getCoreAPIVersions', undefined],
  ['/apis/', 'get', 'getAPIVersions', undefined],
  ['/apis/apps/', 'get', 'getAppsAPIGroup', undefined],
  ['/apis/rbac.authorization.k8s.io/v1/', 'get', 'getRbacAuthorizationV1APIResources', undefined],
  ['/apis/rbac.authorization.k8s.io/v1/clusterroles', 'get', 'listRbacAuthorizationV1ClusterRole', 'list'],
  ['/version/', 'get', 'getCodeVersion', undefined],
]

test('operations have the names that upstream gives them', async () => {
  const api = await started()
  const { paths } = await api.ok<Document>('GET', '/openapi/v2')
  for (const [path, method, id, action] of operations) {
    const found = paths[path]?.[method]
    assert.equal(found?.operationId, id, path)
    assert.equal(found?.['x-kubernetes-action'], action, path)
  }
  assert.equal(paths['/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/{name}'], undefined)
})

test('logs and connections have the parameters of their options', async () => {
  const api = await started()
  const { paths } = await api.ok<Document>('GET', '/openapi/v3/api/v1')
  const pod = '/api/v1/namespaces/{namespace}/pods/{name}'
  const log = paths[`${pod}/log`]?.get
  assert.deepEqual(log?.responses?.['200']?.content, {
    'text/plain': { schema: { type: 'string' } },
    'application/json': { schema: { type: 'string' } },
    'application/yaml': { schema: { type: 'string' } },
    'application/vnd.kubernetes.protobuf': { schema: { type: 'string' } },
  })
  assert.ok(log?.parameters.some(({ name }) => name === 'tailLines'))
  const names = (path: string) =>
    ((paths[path]?.parameters ?? []) as { name: string }[]).map(({ name }) => name)
  assert.deepEqual(names(`${pod}/exec`).slice(2), [
    'command',
    'container',
    'stderr',
    'stdin',
    'stdout',
    'tty',
  ])
  assert.deepEqual(names(`${pod}/portforward`).slice(2), ['ports'])
})

test('patches may be of four types, lists may be streams', async () => {
  const api = await started()
  const { paths } = await api.ok<Document>('GET', '/openapi/v3/apis/apps/v1')
  const { patch } = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'] ?? {}
  assert.deepEqual(Object.keys(patch?.requestBody?.content ?? {}), [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ])
  const { get } = paths['/apis/apps/v1/deployments'] ?? {}
  assert.deepEqual(Object.keys(get?.responses?.['200']?.content ?? {}), [
    'application/json',
    'application/yaml',
    'application/vnd.kubernetes.protobuf',
    'application/json;stream=watch',
    'application/vnd.kubernetes.protobuf;stream=watch',
  ])
})

test('defaults are in OpenAPI 3.0 alone, of elements too; closed sets of values in both', async () => {
  const api = await started()
  const v2 = await api.ok<Document>('GET', '/openapi/v2')
  // A field may be named so; it begins with its description.
  const defaults = JSON.stringify(v2.definitions).match(/"default":(?!{"desc).{0,20}/g)
  assert.equal(defaults, null)
  const { components } = await api.ok<Document>('GET', '/openapi/v3/api/v1')
  const property = (schemas: Record<string, object> = {}, type: string, name: string) =>
    (schemas[`io.k8s.api.core.v1.${type}`] as { properties: Record<string, Record<string, unknown>> })
      .properties[name]
  assert.deepEqual(property(components?.schemas, 'Container', 'command')?.items, {
    type: 'string',
    default: '',
  })
  const protocol = property(components?.schemas, 'ContainerPort', 'protocol')
  assert.equal(protocol?.default, 'TCP')
  assert.deepEqual(protocol?.enum, ['SCTP', 'TCP', 'UDP'])
  assert.deepEqual(property(v2.definitions, 'ContainerPort', 'protocol')?.enum, ['SCTP', 'TCP', 'UDP'])
  assert.deepEqual(property(components?.schemas, 'Container', 'resources')?.default, {})
})

test('lists and maps say how they merge, objects what they are', async () => {
  const api = await started()
  const { components } = await api.ok<Document>('GET', '/openapi/v3/api/v1')
  const spec = components?.schemas['io.k8s.api.core.v1.PodSpec'] as {
    properties: Record<string, object>
    required: string[]
  }
  assert.deepEqual(spec.required, ['containers'])
  assert.deepEqual(spec.properties.containers, {
    description: 'The containers. There must be at least one. They cannot be added or removed later.',
    type: 'array',
    items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }], default: {} },
    'x-kubernetes-list-map-keys': ['name'],
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  })
  const pod = components?.schemas['io.k8s.api.core.v1.Pod'] as Record<string, unknown>
  assert.deepEqual(pod['x-kubernetes-group-version-kind'], [{ group: '', kind: 'Pod', version: 'v1' }])
})

test('Swagger 2.0 describes everything served', async () => {
  const api = await started()
  const document = await api.ok<Document>('GET', '/openapi/v2')
  checkReferences(document)
  checkOperations(document)
  assert.ok(document.paths['/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}']?.put)
  assert.deepEqual(document.definitions?.['io.k8s.apimachinery.pkg.util.intstr.IntOrString'], {
    description: 'A number or a text.',
    type: 'string',
    format: 'int-or-string',
  })
})

test('Swagger 2.0 comes in protobuf for those who ask so', async () => {
  const api = await started()
  const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
  const json = await api.call('GET', '/openapi/v2')
  const { status, headers, body } = await api.send('GET', '/openapi/v2', undefined, { headers: { accept } })
  assert.equal(status, 200)
  assert.notEqual(headers.etag, json.headers.etag)
  assert.equal(headers['content-type'], 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf')
  const fields = [...wireFields(body as Uint8Array)]
  const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()
  assert.equal(text(fields[0]?.bytes), '2.0')
  const definitions = fields.find((one) => one.field === 9)?.bytes as Uint8Array
  const names = [...wireFields(definitions)].map(({ bytes }) =>
    text([...wireFields(bytes as Uint8Array)][0]?.bytes),
  )
  assert.ok(names.includes('io.k8s.api.core.v1.Pod'))
})
