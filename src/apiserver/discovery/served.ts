import { groups } from '#kinds/gen/resources'
import type { KindDef } from '#kinds/define'

/** A version of a group and the kinds in it, sorted by resource name. */
export interface ServedVersion {
  readonly version: string
  readonly groupVersion: string
  readonly kinds: readonly KindDef[]
}

/** A group with its versions, the preferred one first. */
export interface ServedGroup {
  readonly name: string
  readonly versions: readonly ServedVersion[]
}

/** Groups that are no longer served but must answer discovery, with their versions. */
export type ExtraGroups = Readonly<Record<string, readonly string[]>>

/** The groups of the kinds served, in upstream's order. */
export function servedGroups(kinds: readonly KindDef[], extra: ExtraGroups = {}): ServedGroup[] {
  const order = new Map(groups.map(({ group }, i) => [group, i]))
  const names = new Set([...kinds.map(({ group }) => group), ...Object.keys(extra)])
  return [...names]
    .sort((a, b) => (order.get(a) ?? 999) - (order.get(b) ?? 999) || (a < b ? -1 : 1))
    .map((name) => ({ name, versions: versionsOf(name, kinds, extra[name] ?? []) }))
}

function versionsOf(group: string, kinds: readonly KindDef[], extra: readonly string[]): ServedVersion[] {
  const own = kinds.filter((kind) => kind.group === group)
  const order = groups.find((one) => one.group === group)?.versions ?? []
  const place = (version: string) => (order.includes(version) ? order.indexOf(version) : 999)
  return [...new Set([...own.map(({ version }) => version), ...extra])]
    .sort((a, b) => place(a) - place(b))
    .map((version) => ({
      version,
      groupVersion: group === '' ? version : `${group}/${version}`,
      kinds: own.filter((kind) => kind.version === version).sort((a, b) => (a.plural < b.plural ? -1 : 1)),
    }))
}
