import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { qualifiedNameFaults } from '#schema/name-rules'
import { canonicalQuantity } from '#base/quantity'
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../gen/core-v1.ts'
import { eachFault } from '../../each-fault.ts'

const known = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
])

/** Fields of a pod that its environment may show, sorted. */
export const environmentFields: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

/** Fields of a pod that files of a volume may show, sorted. */
export const volumeFields: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]

/** `metadata.labels['app']`: the path and what is asked of it. */
const subscripted = /^(.+?)\['(.*)'\]$/s

/** Why a field can be shown nowhere. */
function conversionFault(apiVersion: string, field: string): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`
  const [, path] = subscripted.exec(field) ?? []
  if (path !== undefined) {
    const isMap = path === 'metadata.annotations' || path === 'metadata.labels'
    return isMap ? undefined : `field label does not support subscript: ${field}`
  }
  return known.has(field) || field === 'spec.host' ? undefined : `field label not supported: ${field}`
}

/** Faults of a reference to a field of the pod. */
export function* fieldRefErrors(
  { apiVersion = '', fieldPath }: ObjectFieldSelector,
  supported: readonly string[],
  path: string,
): Iterable<FieldError> {
  if (apiVersion === '') return yield* [required(`${path}.apiVersion`)]
  if (fieldPath === '') return yield* [required(`${path}.fieldPath`)]
  const fault = conversionFault(apiVersion, fieldPath)
  if (fault !== undefined) {
    yield invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${fault}`)
    return
  }
  const [, map, key = ''] = subscripted.exec(fieldPath) ?? []
  if (map !== undefined) {
    const name = map === 'metadata.annotations' ? key.toLowerCase() : key
    yield* eachFault(path, name, qualifiedNameFaults(name))
  } else {
    const field = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath
    if (!supported.includes(field)) yield notSupported(`${path}.fieldPath`, field, supported)
  }
}

const amounts = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const hugePages = /^(?:limits|requests)\.hugepages-/
const sizes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

/** Divisors of a resource, and the name that the refusal of others gives it. */
function divisorsOf(
  resource: string,
): { readonly allowed: readonly string[]; readonly name: string } | undefined {
  if (hugePages.test(resource)) return { allowed: sizes, name: 'the hugepages resource' }
  switch (resource.replace(/^(?:limits|requests)\./, '')) {
    case 'cpu':
      return { allowed: ['1m', '1'], name: 'the cpu resource' }
    case 'memory':
      return { allowed: sizes, name: 'the memory resource' }
    case 'ephemeral-storage':
      return { allowed: sizes, name: 'the local ephemeral storage resource' }
    default:
      return undefined
  }
}

/** Faults of a reference to what a container asks for; in a volume it must name the container. */
export function* resourceRefErrors(
  { containerName = '', resource, divisor = '0' }: ResourceFieldSelector,
  path: string,
  isInVolume: boolean,
): Iterable<FieldError> {
  if (isInVolume && containerName === '') yield required(`${path}.containerName`)
  else if (resource === '') yield required(`${path}.resource`)
  else if (!amounts.includes(resource) && !hugePages.test(resource)) {
    yield notSupported(`${path}.resource`, resource, amounts)
  }
  const given = canonicalQuantity(divisor)
  const rule = divisorsOf(resource)
  if (rule === undefined || given === undefined || given === '0' || rule.allowed.includes(given)) return
  const { allowed, name } = rule
  const list = name === 'the cpu resource' ? allowed.join(' and ') : allowed.join(', ')
  yield invalid(`${path}.divisor`, resource, `only divisor's values ${list} are supported with ${name}`)
}
