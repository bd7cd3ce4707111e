import type { Client } from '#client'
import type { ApiResource, Discovery } from './resource.ts'

interface LegacyResource {
  readonly name: string
  readonly singularName?: string
  readonly namespaced: boolean
  readonly kind: string
  readonly verbs?: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

interface GroupVersions {
  readonly group: string
  readonly versions: readonly string[]
}

/** Asks for each version of each group, as servers without aggregated discovery need it. */
export async function fetchLegacy(client: Client): Promise<Discovery> {
  const core = (await client.raw('GET', '/api')) as { versions: string[] }
  const { groups: named = [] } = (await client.raw('GET', '/apis')) as {
    groups?: { name: string; versions: { version: string }[]; preferredVersion?: { version: string } }[]
  }
  const groups: GroupVersions[] = [
    { group: '', versions: core.versions },
    ...named.map(({ name, versions, preferredVersion }) => ({
      group: name,
      versions: preferredFirst(
        versions.map(({ version }) => version),
        preferredVersion?.version,
      ),
    })),
  ]
  const resources = await Promise.all(groups.map((group) => resourcesOfGroup(client, group)))
  return { groups, resources: resources.flat() }
}

const preferredFirst = (versions: string[], preferred: string | undefined) =>
  versions.toSorted((a, b) => Number(b === preferred) - Number(a === preferred))

async function resourcesOfGroup(client: Client, { group, versions }: GroupVersions): Promise<ApiResource[]> {
  const lists = await Promise.all(
    versions.map(async (version, place) => {
      const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
      const { resources } = (await client.raw('GET', path)) as { resources: LegacyResource[] }
      return toResources(resources, group, version, place === 0)
    }),
  )
  return lists.flat()
}

function toResources(
  list: readonly LegacyResource[],
  group: string,
  version: string,
  isPreferred: boolean,
): ApiResource[] {
  return list
    .filter(({ name }) => !name.includes('/'))
    .map((resource) => ({
      group,
      version,
      plural: resource.name,
      singular: resource.singularName || resource.kind.toLowerCase(),
      kind: resource.kind,
      namespaced: resource.namespaced,
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      verbs: resource.verbs ?? [],
      subresources: list.flatMap(({ name }) =>
        name.startsWith(`${resource.name}/`) ? [name.slice(resource.name.length + 1)] : [],
      ),
      isPreferred,
    }))
}
