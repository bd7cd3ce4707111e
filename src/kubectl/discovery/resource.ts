import type { ResourceName } from '#client'

/** A resource as discovery tells of it. */
export interface ApiResource extends ResourceName {
  readonly kind: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly verbs: readonly string[]
  /** Names of subresources: `status`, `scale`. */
  readonly subresources: readonly string[]
  /** True for the version of its group that the server prefers. */
  readonly isPreferred: boolean
}

/** `deployments.apps`, or `pods` in the core group. */
export const qualifiedName = ({ plural, group }: ApiResource) =>
  group === '' ? plural : `${plural}.${group}`

/** `apps/v1`, or `v1` in the core group. */
export const apiVersionOf = ({ group, version }: ResourceName) =>
  group === '' ? version : `${group}/${version}`

/** What is kept of a server's discovery. */
export interface Discovery {
  /** Groups in the server's order, the core group first; versions in order of preference. */
  readonly groups: readonly { readonly group: string; readonly versions: readonly string[] }[]
  readonly resources: readonly ApiResource[]
}
