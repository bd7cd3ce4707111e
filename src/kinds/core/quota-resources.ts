const computeResources = new Set([
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
])

const otherResources = new Set([
  'ephemeral-storage',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
])

/** Whether a resource is one of those that quotas are of. */
export const isQuotaResource = (name: string): boolean =>
  computeResources.has(name) || otherResources.has(name) || /^(?:requests\.)?hugepages-/.test(name)

/** Whether a quota of a scope may be of a resource: one that the objects in the scope have. */
export function fitsScope(scope: string, name: string): boolean {
  switch (scope) {
    case 'Terminating':
    case 'NotTerminating':
    case 'NotBestEffort':
    case 'PriorityClass':
    case 'CrossNamespacePodAffinity':
      return name === 'pods' || computeResources.has(name)
    case 'BestEffort':
      return name === 'pods'
    case 'VolumeAttributesClass':
      return name === 'persistentvolumeclaims' || name === 'requests.storage'
    default:
      return true
  }
}
