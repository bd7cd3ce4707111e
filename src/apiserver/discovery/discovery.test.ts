import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import type { Headers } from '#base/http'
import type { KindDef } from '#kinds/define'
import type { Route } from '../contract.ts'
import { logsRoute } from './logs.ts'
import { rootRoute } from './root.ts'
import { discoveryRoutes } from './routes.ts'

const kind = (group: string, version: string, plural: string, more: Partial<KindDef> = {}) =>
  ({
    group,
    version,
    plural,
    singular: plural.slice(0, -1),
    kind: plural,
    namespaced: true,
    shortNames: [],
    categories: [],
    verbs: ['get', 'list'],
    storageVersionHash: 'h=',
    subresources: [],
    ...more,
  }) as unknown as KindDef

const kinds = [
  kind('events.k8s.io', 'v1', 'events'),
  kind('', 'v1', 'services'),
  kind('', 'v1', 'pods', {
    shortNames: ['po'],
    subresources: [{ name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] }],
  }),
  kind('apps', 'v1', 'deployments'),
]

async function ask(routes: readonly Route[], url: string, headers: Headers = {}, method = 'GET') {
  const route = routes.find((one) => one.path === url || (one.below && url.startsWith(one.path)))
  assert.ok(route, url)
  const request = { method, url, headers, body: async () => new Uint8Array(), signal: never }
  const answer = await route.handle({ ...request, peer: { address: '', secure: false } })
  return { ...answer, text: Buffer.from(answer.body as Uint8Array).toString() }
}

test('discoveryRoutes() lists groups and resources in upstream order', async () => {
  const routes = discoveryRoutes(kinds, '10.0.0.1:6443')
  assert.deepEqual(
    routes.map(({ path }) => path),
    [
      '/api',
      '/apis',
      '/api/v1',
      '/apis/apps',
      '/apis/apps/v1',
      '/apis/events.k8s.io',
      '/apis/events.k8s.io/v1',
    ],
  )
  assert.equal(
    (await ask(routes, '/api')).text,
    '{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"10.0.0.1:6443"}]}\n',
  )
  assert.equal(
    (await ask(routes, '/apis/apps')).text,
    '{"kind":"APIGroup","apiVersion":"v1","name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}\n',
  )
  const core = JSON.parse((await ask(routes, '/api/v1')).text)
  assert.equal(core.apiVersion, undefined)
  assert.deepEqual(
    core.resources.map(({ name }: { name: string }) => name),
    ['pods', 'pods/eviction', 'services'],
  )
  assert.deepEqual(core.resources[1], {
    name: 'pods/eviction',
    singularName: '',
    namespaced: true,
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
    verbs: ['create'],
  })
})

test('discoveryRoutes() indents for curl, gives YAML, refuses POST', async () => {
  const routes = discoveryRoutes(kinds, 'a')
  const curl = await ask(routes, '/api', { 'user-agent': 'curl/7.88.1' })
  assert.match(curl.text, /^\{\n {2}"kind": "APIVersions",[^]*\n\}$/)
  const yaml = await ask(routes, '/apis/apps', { accept: 'application/yaml' })
  assert.match(yaml.text, /^apiVersion: v1\nkind: APIGroup\nname: apps\n/)
  assert.equal((await ask(routes, '/api', {}, 'POST')).status, 405)
})

test('discoveryRoutes() gives the aggregated form with an ETag', async () => {
  const routes = discoveryRoutes(kinds, 'a')
  const accept =
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'
  const first = await ask(routes, '/apis', { accept })
  assert.equal(
    first.headers['content-type'],
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  )
  const { apiVersion, items } = JSON.parse(first.text)
  assert.equal(apiVersion, 'apidiscovery.k8s.io/v2')
  assert.equal(items[0].metadata.name, 'apps')
  assert.equal(items[0].versions[0].resources[0].singularResource, 'deployment')
  const again = await ask(routes, '/apis', { accept, 'if-none-match': first.headers.etag as string })
  assert.equal(again.status, 304)
  const plain = await ask(routes, '/apis', { accept: `application/json,${accept}` })
  assert.equal(JSON.parse(plain.text).kind, 'APIGroupList')
  const beta = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'
  assert.equal(JSON.parse((await ask(routes, '/apis', { accept: beta })).text).kind, 'APIGroupList')
})

test('discoveryRoutes() gives protobuf, and refuses what it does not have', async () => {
  const routes = discoveryRoutes(kinds, 'a')
  const accept = 'application/vnd.kubernetes.protobuf'
  for (const [path, kind] of [
    ['/api', 'APIVersions'],
    ['/apis/apps/v1', 'APIResourceList'],
  ] as const) {
    const plain = await ask(routes, path, { accept })
    assert.equal(plain.headers['content-type'], accept)
    assert.ok(plain.text.startsWith(`k8s\0`) && plain.text.includes(kind), path)
  }
  const form = `${accept};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`
  const whole = await ask(routes, '/apis', { accept: form })
  assert.equal(whole.headers['content-type'], form)
  assert.match(whole.text, /^k8s\0[^]*apidiscovery\.k8s\.io\/v2[^]*deployments/)
  await assert.rejects(ask(routes, '/apis/apps', { accept: 'text/plain' }), { reason: 'NotAcceptable' })
})

test('rootRoute() lists sorted paths', async () => {
  const routes = discoveryRoutes(kinds, 'a')
  const { text } = await ask(
    [rootRoute([...routes, { ...(routes[0] as Route), path: '/x', unlisted: true }])],
    '/',
  )
  assert.deepEqual(JSON.parse(text).paths.slice(0, 3), ['/api', '/api/v1', '/apis'])
  assert.doesNotMatch(text, /"\/x"/)
})

test('logsRoute() escapes names and serves files as text', async () => {
  const route = logsRoute(async (path) =>
    path === ''
      ? { is: 'folder', names: ['<b>.log'] }
      : path === 'a b.log'
        ? { is: 'file', bytes: Buffer.from('hi') }
        : undefined,
  )
  const page = await ask([route], '/logs/')
  assert.equal(page.text, '<pre>\n<a href="%3Cb%3E.log">&#60;b&#62;.log</a>\n</pre>\n')
  assert.equal((await ask([route], '/logs/a%20b.log')).text, 'hi')
  await assert.rejects(ask([route], '/logs/none'), { reason: 'NotFound' })
  await assert.rejects(ask([route], '/logs/%zz'), { reason: 'NotFound' })
})
