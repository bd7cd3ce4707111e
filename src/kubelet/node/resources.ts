import type { ResourceName } from '#client'

/** Nodes at the API server. */
export const nodes: ResourceName = { group: '', version: 'v1', plural: 'nodes', namespaced: false }
/** Pods at the API server. */
export const pods: ResourceName = { group: '', version: 'v1', plural: 'pods', namespaced: true }
/** Leases at the API server. */
export const leases: ResourceName = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  namespaced: true,
}
