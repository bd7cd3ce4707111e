import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ResourceMapper } from './mapper.ts'
import type { ApiResource } from './resource.ts'

const resource = (more: Partial<ApiResource>): ApiResource => ({
  group: '',
  version: 'v1',
  plural: 'pods',
  singular: 'pod',
  kind: 'Pod',
  namespaced: true,
  shortNames: ['po'],
  categories: ['all'],
  verbs: ['get'],
  subresources: [],
  isPreferred: true,
  ...more,
})
const event = { plural: 'events', singular: 'event', kind: 'Event', shortNames: ['ev'], categories: [] }
const scaler = { plural: 'scalers', singular: 'scaler', kind: 'Scaler', shortNames: [], group: 'autoscaling' }
const resources = [
  resource({}),
  resource(event),
  resource({ ...event, group: 'events.k8s.io' }),
  resource({ ...scaler, version: 'v2' }),
  resource({ ...scaler, version: 'v1', isPreferred: false }),
]
const discovery = { groups: [], resources }

test('byWord() knows plurals, singulars, kinds, short names, groups and versions', async () => {
  const mapper = new ResourceMapper(discovery)
  const rows: [string, string][] = [
    ['pods', '/v1/pods'],
    ['pod', '/v1/pods'],
    ['Pod', '/v1/pods'],
    ['po', '/v1/pods'],
    ['pods.v1.', '/v1/pods'],
    ['ev', '/v1/events'],
    ['events.events.k8s.io', 'events.k8s.io/v1/events'],
    ['events.v1.events.k8s.io', 'events.k8s.io/v1/events'],
    ['ev.events', 'events.k8s.io/v1/events'],
    ['scalers', 'autoscaling/v2/scalers'],
    ['scalers.v1.autoscaling', 'autoscaling/v1/scalers'],
  ]
  for (const [word, expected] of rows) {
    const { group, version, plural } = await mapper.byWord(word)
    assert.equal(`${group}/${version}/${plural}`, expected, word)
  }
  await assert.rejects(mapper.byWord('foos'), /the server doesn't have a resource type "foos"/)
})

test('byKind() goes by the group and version of a manifest', async () => {
  const mapper = new ResourceMapper(discovery)
  assert.equal((await mapper.byKind('autoscaling/v1', 'Scaler')).version, 'v1')
  await assert.rejects(
    mapper.byKind('v2', 'Pod'),
    /no matches for kind "Pod" in version "v2"\nensure CRDs are installed first/,
  )
})

test('a name that was not kept is looked for anew, once', async () => {
  let asked = 0
  const mapper = new ResourceMapper({ groups: [], resources: [] }, async () => {
    asked += 1
    return discovery
  })
  assert.equal((await mapper.byWord('pods')).kind, 'Pod')
  await assert.rejects(mapper.byWord('foos'))
  assert.equal(asked, 1)
})
