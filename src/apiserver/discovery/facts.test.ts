// Discovery is the facts: every resource that Kubernetes 1.36 has on by default, as it has it, and no other.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { kinds } from '#kinds'
import { TestApi } from '#testkit/api-server'
import { discoveryRoutes } from './routes.ts'

interface SubresourceFact {
  readonly name: string
  readonly kind: string
  readonly group?: string
  readonly version?: string
  readonly verbs: readonly string[]
}

interface ResourceFact extends SubresourceFact {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly singular: string
  readonly namespaced: boolean
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly subresources?: readonly SubresourceFact[]
  readonly enabledByDefault: boolean
  readonly aggregated?: boolean
}

interface Listed {
  readonly name: string
  readonly singularName: string
  readonly namespaced: boolean
  readonly kind: string
  readonly group?: string
  readonly version?: string
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

const file = join(import.meta.dirname, '../../../tools/gen/facts/resources.json')
const { resources } = JSON.parse(readFileSync(file).toString()) as { resources: readonly ResourceFact[] }
const served = resources.filter((one) => one.enabledByDefault && one.aggregated !== true)

/** A resource and its subresources, as discovery lists them. */
function expected(fact: ResourceFact): Listed[] {
  const { resource, singular, namespaced, kind, verbs, shortNames = [], categories = [] } = fact
  const own = {
    name: resource,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  }
  const below = (fact.subresources ?? []).map((one) => ({
    name: `${resource}/${one.name}`,
    singularName: '',
    namespaced,
    ...(one.group !== undefined && { group: one.group }),
    ...(one.version !== undefined && { version: one.version }),
    kind: one.kind,
    verbs: one.verbs,
  }))
  return [own, ...below]
}

const routes = discoveryRoutes(kinds, '127.0.0.1:6443', {})

const byName = (a: Listed, b: Listed) => (a.name < b.name ? -1 : 1)

const versions = Map.groupBy(served, ({ group, version }) =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
)

for (const [path, facts] of versions) {
  test(`${path} lists the resources of the facts, with their verbs, subresources, short names and categories`, async () => {
    const api = await TestApi.start({ routes })
    const { resources: listed } = await api.ok<{
      resources: (Listed & { storageVersionHash?: string })[]
    }>('GET', path)
    const shown = listed.map((one) => {
      const { storageVersionHash: _, ...rest } = one
      return rest
    })
    assert.deepEqual(shown.toSorted(byName), facts.flatMap(expected).toSorted(byName))
  })
}

test('no group is left out, and none is too many', async () => {
  const api = await TestApi.start({ routes })
  const { groups } = await api.ok<{ groups: { versions: { groupVersion: string }[] }[] }>('GET', '/apis')
  const found = groups.flatMap((group) => group.versions.map((one) => `/apis/${one.groupVersion}`))
  const wanted = [...versions.keys()].filter((path) => path !== '/api/v1')
  assert.deepEqual(found.toSorted(), wanted.toSorted())
})
