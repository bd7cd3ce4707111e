// What the API server shows before there is anything in it (S20 to S46).
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { type Answer, curl, get, http } from './exchange.ts'
import { api, server } from './places.ts'
import type { Stage } from './stage.ts'
import { step } from './step.ts'

const paths13 =
  '/api /api/v1 /apis /apis/apps /apis/apps/v1alpha1 /apis/autoscaling /apis/autoscaling/v1 /apis/batch /apis/batch/v1 /apis/batch/v2alpha1 /apis/extensions /apis/extensions/v1beta1 /apis/policy /apis/policy/v1alpha1 /apis/rbac.authorization.k8s.io /apis/rbac.authorization.k8s.io/v1alpha1 /healthz /healthz/ping /logs/ /metrics /swaggerapi/ /ui/ /version'.split(
    ' ',
  )

interface List {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: { readonly resourceVersion: string; readonly selfLink?: string }
  readonly items: readonly object[]
}

/** An empty list as the tutorial has it, to the byte. */
function emptyList(stage: Stage, kind: string, path: string, version: string): string {
  const link = stage.isOld ? `"selfLink":"${path}",` : ''
  return `{"kind":"${kind}","apiVersion":"v1","metadata":{${link}"resourceVersion":"${version}"},"items":[]}\n`
}

function isEmptyList(stage: Stage, answer: Answer, kind: string, path: string, length: string): void {
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.match(answer.headers.date ?? '', /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)
  const version = (JSON.parse(answer.text) as List).metadata.resourceVersion
  assert.equal(answer.text, emptyList(stage, kind, path, version))
  assert.equal(answer.headers['content-length'], String(answer.text.length))
  if (stage.isOld) assert.equal(answer.headers['content-length'], length)
}

/** Lists that are empty, and the form of lists. */
function emptySteps(stage: Stage): void {
  step('S33', 'no nodes: 112 bytes', async () =>
    isEmptyList(stage, await http('/api/v1/nodes'), 'NodeList', '/api/v1/nodes', '112'),
  )
  step('S34', 'no pods: 110 bytes', async () =>
    isEmptyList(stage, await http('/api/v1/pods'), 'PodList', '/api/v1/pods', '110'),
  )
  step('S35', 'those bytes: compact, in order, with a line feed', async () => {
    const version = (await get<List>('/api/v1/nodes')).metadata.resourceVersion
    if (stage.isOld) assert.equal(version, '12')
    for (const [kind, path] of [
      ['NodeList', '/api/v1/nodes'],
      ['PodList', '/api/v1/pods'],
    ] as const)
      assert.equal((await http(path)).text, emptyList(stage, kind, path, version))
  })
  step('S36', 'no items are [], never null', async () => {
    for (const one of ['nodes', 'pods', 'services', 'events', 'configmaps', 'secrets'])
      assert.match((await http(`/api/v1/${one}`)).text, /"items":\[/)
  })
  step('S37', 'answers name their kind and version, refusals too', async () => {
    const answers = [
      ['/api/v1/nodes', 'NodeList v1'],
      ['/api/v1/namespaces/default', 'Namespace v1'],
      ['/api/v1/nodes/none', 'Status v1'],
      ['/api', 'APIVersions undefined'],
      ['/api/v1', 'APIResourceList undefined'],
      ['/apis', 'APIGroupList v1'],
    ]
    for (const [path, expected] of answers) {
      const { kind, apiVersion } = JSON.parse((await http(path as string)).text) as List
      const isDiscovery = expected?.endsWith('undefined') === true
      assert.equal(`${kind} ${isDiscovery ? 'undefined' : apiVersion}`, expected)
    }
  })
  step('S38', "a list's resourceVersion is the store's", async () => {
    const lists = await Promise.all(['nodes', 'pods', 'namespaces'].map((one) => get<List>(`/api/v1/${one}`)))
    const versions = lists.map(({ metadata }) => Number(metadata.resourceVersion))
    assert.equal(new Set(versions).size, 1)
    const items = (lists[2]?.items ?? []) as { metadata: { resourceVersion: string } }[]
    assert.ok(items.length > 0)
    for (const { metadata } of items) assert.ok(Number(metadata.resourceVersion) <= (versions[0] ?? 0))
  })
  step('S39', "a list's selfLink is the path asked for, in the old form alone", async () => {
    for (const path of ['/api/v1/nodes', '/api/v1/namespaces/default/pods'])
      assert.equal((await get<List>(path)).metadata.selfLink, stage.isOld ? path : undefined)
  })
  step('S44', "a namespace's pods have their own list", async () => {
    const path = '/api/v1/namespaces/default/pods'
    isEmptyList(stage, await http(path), 'PodList', path, '129')
  })
  step('S45', 'the namespace default is there', async () => {
    assert.equal((await http('/api/v1/namespaces/default')).status, 200)
  })
}

/** The paths beside resources. */
function pathSteps(stage: Stage): void {
  step('S24', 'GET / lists paths, sorted', async () => {
    const text = await stage.shell(`curl -s ${api}`)
    const { paths } = JSON.parse(text) as { paths: string[] }
    assert.deepEqual(paths, [...paths].sort())
    assert.equal(text.trimEnd(), JSON.stringify({ paths }, null, 2))
  })
  step('S25', 'the 23 paths, and each answers', async () => {
    const { paths } = await get<{ paths: string[] }>('/')
    if (stage.isOld) assert.deepEqual(paths, paths13)
    for (const path of paths) assert.equal((await curl(path)).status, 200, path)
  })
  step('S26', '/healthz and /healthz/ping say ok', async () => {
    for (const path of ['/healthz', '/healthz/ping']) assert.equal((await curl(path)).text, 'ok')
  })
  step('S27', '/logs/ serves the folder of logs', async () => {
    assert.match((await curl('/logs/')).text, /<a href="hello\.log">hello\.log<\/a>/)
    assert.equal((await curl('/logs/hello.log')).text, 'a line\n')
    assert.notEqual((await curl('/logs/../etcd')).status, 200)
  })
  step('S28', '/metrics is text for Prometheus', async () => {
    const { text, headers } = await curl('/metrics')
    assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/)
    assert.match(text, /^# TYPE apiserver_request_total counter$/m)
  })
  step('S29', 'the API is described', async () => {
    if (stage.isOld) {
      const { apis } = JSON.parse((await curl('/swaggerapi/')).text) as { apis: { path: string }[] }
      for (const { path } of apis) assert.equal((await curl(`/swaggerapi${path}`)).status, 200, path)
    }
    for (const path of ['/openapi/v2', '/openapi/v3', '/openapi/v3/api/v1'])
      assert.equal((await curl(path)).status, 200, path)
  })
  step('S30', '/ui/ leads to a page, in the old form alone', async () => {
    const { status, headers } = await curl('/ui/')
    assert.equal(status, stage.isOld ? 200 : 404)
    if (stage.isOld) assert.match(headers['content-type'] ?? '', /^text\/html/)
  })
  step('S31', '/version', async () => {
    assert.match((await get<{ gitVersion: string }>('/version')).gitVersion, /^v1\.36\./)
  })
  step('S32', 'discovery: /api, /apis, groups and versions', async () => {
    assert.deepEqual((await get<{ versions: string[] }>('/api')).versions, ['v1'])
    const { resources } = await get<{ resources: { name: string }[] }>('/api/v1')
    for (const one of ['nodes', 'pods', 'pods/log', 'services', 'namespaces'])
      assert.ok(
        resources.some(({ name }) => name === one),
        one,
      )
    const { groups } = await get<{ groups: Group[] }>('/apis')
    for (const { name, versions } of groups) {
      assert.equal((await get<Group>(`/apis/${name}`)).name, name)
      for (const { groupVersion } of versions)
        assert.equal(
          (await get<{ groupVersion: string }>(`/apis/${groupVersion}`)).groupVersion,
          groupVersion,
        )
    }
  })
  step('S46', 'every path that is served is in the description', async () => {
    const { paths } = await get<{ paths: object }>('/openapi/v2')
    type Resource = { name: string; namespaced: boolean; verbs: string[] }
    const { resources } = await get<{ resources: Resource[] }>('/api/v1')
    for (const { name, namespaced, verbs } of resources) {
      const [plural, sub] = name.split('/')
      const collection = `/api/v1${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`
      // What is only ever created has no path of its own.
      const isKept = sub !== undefined || verbs.includes('get')
      const base = isKept ? `${collection}/{name}` : collection
      assert.ok(Object.hasOwn(paths, sub === undefined ? base : `${base}/${sub}`), name)
    }
  })
}

/** How answers travel, and the flags of the tutorial's command line. */
function formSteps(stage: Stage): void {
  step(
    'S20',
    '--service-cluster-ip-range takes 10.20.0.1/24; its first address is the API server',
    async () => {
      const socket = connect({ host: server, port: 6443, rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      assert.match(socket.getPeerCertificate().subjectaltname ?? '', /IP Address:10\.20\.0\.1(,|$)/)
      socket.destroy()
    },
  )
  step('S21', '--v=4 says more than --v=0', () => assert.match(stage.words(), /^I\d{4} .*apiserver/m))
  step('S22', "the tutorial's command line starts it", async () => {
    const { serverAddressByClientCIDRs: told } = await get<{
      serverAddressByClientCIDRs: { serverAddress: string }[]
    }>('/api')
    assert.equal(told[0]?.serverAddress, `${server}:6443`)
  })
  step('S23', 'plain 8080 needs no HTTPS and no credentials', async () => {
    for (const path of ['/api/v1/nodes', '/api/v1/secrets', '/metrics'])
      assert.equal((await curl(path)).status, 200)
  })
  step('S41', 'long answers are chunked, short ones carry their length', async () => {
    const long = await http('/openapi/v2')
    assert.equal(long.headers['transfer-encoding'], 'chunked')
    assert.equal(long.headers['content-length'], undefined)
    const short = await http('/api/v1/pods')
    assert.equal(short.headers['transfer-encoding'], undefined)
    assert.equal(short.headers['content-length'], String(short.text.length))
  })
  step('S42', 'curl gets indented JSON in the order of the structs, others compact JSON', async () => {
    const path = '/api/v1/namespaces/default'
    const [pretty, compact] = [(await curl(path)).text, (await http(path)).text]
    assert.equal(pretty.trimEnd(), JSON.stringify(JSON.parse(compact), null, 2))
    assert.equal(compact.trimEnd(), JSON.stringify(JSON.parse(compact)))
    assert.deepEqual(Object.keys(JSON.parse(compact) as object), [
      'kind',
      'apiVersion',
      'metadata',
      'spec',
      'status',
    ])
  })
}

/** All of the API server's surface, first of all what holds only while nothing was written. */
export function surfaceSteps(stage: Stage): void {
  emptySteps(stage)
  pathSteps(stage)
  formSteps(stage)
}

interface Group {
  readonly name: string
  readonly versions: readonly { readonly groupVersion: string }[]
}
