// Lists and watches that look at what an index or a name gives, and not at everything: they must show the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#schema/object'
import { TestApi } from '#testkit/api-server'

const pods = '/api/v1/namespaces/default/pods'
const everywhere = '/api/v1/pods'

async function make(api: TestApi, name: string, nodeName?: string, path = pods): Promise<KubeObject> {
  const containers = [{ name: 'c', image: 'i' }]
  return api.ok('POST', path, { metadata: { name }, spec: { containers, ...(nodeName && { nodeName }) } })
}
const namesOf = async (api: TestApi, url: string) =>
  (await api.list(url)).items.map(({ metadata }) => metadata.name).join(' ')
const on = (node: string) => `fieldSelector=spec.nodeName%3D${node}`

async function spread(): Promise<TestApi> {
  const api = await TestApi.start()
  await make(api, 'a', 'one')
  await make(api, 'b', 'two')
  await make(api, 'c')
  await make(api, 'd', 'one')
  await make(api, 'e', 'one', '/api/v1/namespaces/kube-system/pods')
  return api
}

test('pods are listed by node, in a namespace and everywhere, also those without one', async () => {
  const api = await spread()
  assert.equal(await namesOf(api, `${pods}?${on('one')}`), 'a d')
  assert.equal(await namesOf(api, `${everywhere}?${on('one')}`), 'a d e')
  assert.equal(await namesOf(api, `${everywhere}?${on('')}`), 'c')
  assert.equal(await namesOf(api, `${everywhere}?${on('none')}`), '')
  assert.equal(await namesOf(api, `${everywhere}?fieldSelector=spec.nodeName!%3Done`), 'b c')
  assert.equal(await namesOf(api, `${everywhere}?${on('one')},metadata.name%3Dd`), 'd')
})

test('a pod is found on its node as soon as it is bound, and the past is as it was', async () => {
  const api = await spread()
  const before = await api.store.revision()
  await api.ok('POST', `${pods}/c/binding`, {
    metadata: { name: 'c' },
    target: { kind: 'Node', name: 'one' },
  })
  await api.ok('DELETE', `${pods}/a?gracePeriodSeconds=0`)
  assert.equal(await namesOf(api, `${pods}?${on('one')}`), 'c d')
  assert.equal(await namesOf(api, `${pods}?${on('')}`), '')
  const past = `resourceVersion=${before}&resourceVersionMatch=Exact`
  assert.equal(await namesOf(api, `${pods}?${on('one')}&${past}`), 'a d')
  assert.equal(await namesOf(api, `${pods}?fieldSelector=metadata.name%3Da&${past}`), 'a')
})

test('pages of a node`s pods go on where they ended, though pods come and go', async () => {
  const api = await spread()
  const first = await api.list(`${everywhere}?${on('one')}&limit=1`)
  await make(api, 'aa', 'one')
  const token = encodeURIComponent(first.metadata.continue as string)
  assert.equal(await namesOf(api, `${everywhere}?${on('one')}&limit=5&continue=${token}`), 'd e')
})

test('a watch of a node`s pods begins with them and tells of no others', async () => {
  const api = await spread()
  const watching = await api.watch(`${everywhere}?watch=1&resourceVersion=0&${on('one')}`)
  assert.deepEqual(
    watching.events.map(({ object }) => object.metadata.name),
    ['a', 'd', 'e'],
  )
  watching.end()
})

test('one object is found by its name, within its namespace and where kinds have none', async () => {
  const api = await spread()
  const named = (name: string) => `fieldSelector=metadata.name%3D${name}`
  assert.equal(await namesOf(api, `${pods}?${named('d')}`), 'd')
  assert.equal(await namesOf(api, `${pods}?${named('e')}`), '')
  assert.equal(await namesOf(api, `${everywhere}?${named('e')}`), 'e')
  assert.equal(await namesOf(api, `${pods}?${named('d')},${named('a').slice(14)}`), '')
  assert.equal(await namesOf(api, `/api/v1/namespaces?${named('default')}`), 'default')
})
