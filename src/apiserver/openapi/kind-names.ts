import type { KindDef } from '#kinds/define'
import type { JsonSchema } from '#schema/openapi'

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
/** Types that belong to no group but the core one, and types that every group version has. */
const common = ['APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'Status']
const everywhere = ['DeleteOptions', 'WatchEvent']

/** The group, version and kind of each type that has one, as documents say them. */
export function kindNames(kinds: readonly KindDef[]): Map<string, JsonSchema[]> {
  const found = new Map<string, JsonSchema[]>()
  const add = (type: string, group: string, version: string, kind: string) => {
    found.set(type, [...(found.get(type) ?? []), { group, kind, version }])
  }
  for (const kind of common) add(`${meta}.${kind}`, '', 'v1', kind)
  const versions = new Map(kinds.map((kind) => [`${kind.group}/${kind.version}`, kind]))
  for (const kind of everywhere) {
    for (const { group, version } of versions.values()) add(`${meta}.${kind}`, group, version, kind)
  }
  for (const { group, version, kind, typeName } of kinds) {
    if (typeName === undefined) continue
    found.set(typeName, [{ group, kind, version }])
    found.set(`${typeName}List`, [{ group, kind: `${kind}List`, version }])
  }
  for (const { group = '', version = 'v1', kind } of ofOtherGroups(kinds)) {
    found.set(`io.k8s.api.${group.split('.')[0]}.${version}.${kind}`, [{ group, kind, version }])
  }
  return found
}

/** Subresources whose objects are of a group of their own. */
const ofOtherGroups = (kinds: readonly KindDef[]) =>
  kinds.flatMap(({ subresources }) => subresources.filter(({ group }) => group !== undefined && group !== ''))
