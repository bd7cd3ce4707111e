import type { KindDef, SubresourceFacts } from '#kinds/define'
import type { ServedGroup, ServedVersion } from './served.ts'

/** The answer of `/api`: which versions of the core group there are, and where. */
export function apiVersions(versions: readonly string[], serverAddress: string) {
  return {
    kind: 'APIVersions',
    versions,
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  }
}

/** The answer of `/apis`. */
export function apiGroupList(groups: readonly ServedGroup[]) {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupBody) }
}

/** The answer of `/apis/{group}`. */
export function apiGroup(group: ServedGroup) {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(group) }
}

const versionBody = ({ groupVersion, version }: ServedVersion) => ({ groupVersion, version })

function groupBody(group: ServedGroup) {
  return {
    name: group.name,
    versions: group.versions.map(versionBody),
    preferredVersion: versionBody(group.versions[0] as ServedVersion),
  }
}

/** The answer of `/api/v1` and `/apis/{group}/{version}`. */
export function apiResourceList(served: ServedVersion) {
  const resources = served.kinds.flatMap((kind) => [
    resourceBody(kind),
    ...kind.subresources.map((sub) => subresourceBody(kind, sub)),
  ])
  return {
    kind: 'APIResourceList',
    ...(served.groupVersion.includes('/') && { apiVersion: 'v1' }),
    groupVersion: served.groupVersion,
    resources: resources.sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

const resourceBody = (kind: KindDef) => ({
  name: kind.plural,
  singularName: kind.singular,
  namespaced: kind.namespaced,
  kind: kind.kind,
  verbs: kind.verbs,
  ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
  ...(kind.categories.length > 0 && { categories: kind.categories }),
  ...(kind.storageVersionHash && { storageVersionHash: kind.storageVersionHash }),
})

const subresourceBody = (kind: KindDef, sub: SubresourceFacts) => ({
  name: `${kind.plural}/${sub.name}`,
  singularName: '',
  namespaced: kind.namespaced,
  ...(sub.group !== undefined && { group: sub.group }),
  ...(sub.version !== undefined && { version: sub.version }),
  kind: sub.kind,
  verbs: sub.verbs,
})
