import type { ApiResource, Discovery } from './resource.ts'

/** apidiscovery.k8s.io/v2 APIGroupDiscoveryList, as far as it is used. */
export interface GroupList {
  readonly items: readonly Group[]
}

interface Group {
  readonly metadata?: { readonly name?: string }
  readonly versions?: readonly {
    readonly version: string
    readonly resources?: readonly Resource[]
  }[]
}

interface Resource {
  readonly resource: string
  readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind?: string }
  readonly scope: 'Cluster' | 'Namespaced'
  readonly singularResource?: string
  readonly verbs?: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly subresources?: readonly { readonly subresource: string }[]
}

/** The two aggregated documents in our form. */
export function fromAggregated(core: GroupList, groups: GroupList): Discovery {
  const items = [...core.items, ...groups.items]
  return {
    groups: items.map((item) => ({
      group: item.metadata?.name ?? '',
      versions: (item.versions ?? []).map(({ version }) => version),
    })),
    resources: items.flatMap(resourcesOf),
  }
}

function resourcesOf({ metadata, versions = [] }: Group): ApiResource[] {
  const group = metadata?.name ?? ''
  return versions.flatMap(({ version, resources = [] }, place) =>
    resources.map((resource) => ({
      group,
      version,
      plural: resource.resource,
      singular: resource.singularResource ?? '',
      kind: resource.responseKind?.kind ?? '',
      namespaced: resource.scope === 'Namespaced',
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      verbs: resource.verbs ?? [],
      subresources: (resource.subresources ?? []).map(({ subresource }) => subresource),
      isPreferred: place === 0,
    })),
  )
}
