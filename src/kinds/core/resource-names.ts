import { qualifiedNameFaults } from '#schema/name-rules'
import { type FieldError, invalid } from '#base/field-error'
import { compareQuantity, parseQuantity } from '#base/quantity'

const containerNames = new Set(['cpu', 'memory', 'ephemeral-storage'])
const otherStandardNames = new Set([
  'storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'requests.storage',
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
const hugePages = 'hugepages-'
const requestsPrefix = 'requests.'

/** Resources in whole numbers: counts of things. */
const countNames = new Set([
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

export const isHugePages = (name: string): boolean => name.startsWith(hugePages)

const isNative = (name: string) => !name.includes('/') || name.includes('kubernetes.io/')

/** Resources that someone else than Kubernetes defines: counted in whole numbers, never shared out twice. */
export function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith(requestsPrefix)) return false
  return qualifiedNameFaults(`${requestsPrefix}${name}`).length === 0
}

/** Whether more of a resource may be promised than there is. */
export const isOvercommitAllowed = (name: string): boolean => isNative(name) && !isHugePages(name)

/** Faults of the name of a resource. */
export function resourceNameFaults(name: string): string[] {
  const faults = qualifiedNameFaults(name)
  if (faults.length > 0 || name.includes('/')) return faults
  const isKnown = containerNames.has(name) || otherStandardNames.has(name) || isHugePages(name)
  const isRequestOfHugePages = name.startsWith(`${requestsPrefix}${hugePages}`)
  return isKnown || isRequestOfHugePages ? [] : ['must be a standard resource type or fully qualified']
}

/** Faults of the name of a resource that a container asks for. */
export function containerResourceFaults(name: string): string[] {
  const faults = resourceNameFaults(name)
  if (!name.includes('/')) {
    if (containerNames.has(name) || isHugePages(name)) return faults
    return [...faults, 'must be a standard resource for containers']
  }
  if (isNative(name) || isExtended(name)) return faults
  return [...faults, "doesn't follow extended resource name standard"]
}

/** Faults of an amount of a resource. */
export function* amountErrors(name: string, text: string, path: string): Iterable<FieldError> {
  const quantity = parseQuantity(text)
  if (quantity === undefined) return
  if (compareQuantity(quantity, { nano: 0n, format: 'DecimalSI' }) < 0) {
    yield invalid(path, text, 'must be greater than or equal to 0')
  }
  const isWhole = quantity.nano % 1_000_000_000n === 0n
  if (!isWhole && (countNames.has(name) || isExtended(name))) yield invalid(path, text, 'must be an integer')
}
