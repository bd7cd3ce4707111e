import { type FieldError, fieldForbidden, invalid } from '#base/field-error'
import type { Service, ServiceSpec } from '../gen/core-v1.ts'
import { isHeadless, needsHealthCheck } from './service-prepare.ts'

const fixed = 'may not change once set'
const fieldNames = { clusterIPs: 'clusterIP', ipFamilies: 'ipFamily' } as const

/** The first of a list stays; the second may come, and may go when the service wants but one. */
function* listErrors(
  next: ServiceSpec,
  old: ServiceSpec,
  name: 'clusterIPs' | 'ipFamilies',
): Iterable<FieldError> {
  const path = `spec.${name}`
  const after = next[name] ?? []
  const before = old[name] ?? []
  if (after.length === before.length) {
    for (const [i, one] of before.entries()) {
      if (one !== after[i]) yield invalid(`${path}[${name === 'clusterIPs' ? i : 0}]`, after, fixed)
    }
    return
  }
  if (after.length === 0) {
    yield invalid(`${path}[0]`, after, `primary ${fieldNames[name]} can not be unset`)
  } else if (before.length > 0 && after[0] !== before[0]) yield invalid(`${path}[0]`, after, fixed)
  if (before.length > after.length && after.length === 1 && next.ipFamilyPolicy !== 'SingleStack') {
    const text = `must be set to 'SingleStack' when releasing the secondary ${fieldNames[name]}`
    yield invalid('spec.ipFamilyPolicy', next.ipFamilyPolicy, text)
  }
}

/** Everything wrong with a change to a service. */
export function* serviceChangeErrors(next: Service, old: Service): Iterable<FieldError> {
  const { spec: after = {} } = next
  const { spec: before = {} } = old
  const isHeadlessNow = isHeadless(next)
  const wasHeadless = isHeadless(old)
  if (after.type !== 'ExternalName' && before.type !== 'ExternalName') {
    if (!wasHeadless || !isHeadlessNow) yield* listErrors(after, before, 'clusterIPs')
    if (!wasHeadless && !isHeadlessNow) yield* listErrors(after, before, 'ipFamilies')
  }
  const areBalancers = after.type === 'LoadBalancer' && before.type === 'LoadBalancer'
  if (areBalancers && after.loadBalancerClass !== before.loadBalancerClass) {
    yield invalid('spec.loadBalancerClass', after.loadBalancerClass, fixed)
  }
  if (needsHealthCheck(old) && needsHealthCheck(next)) {
    if (after.healthCheckNodePort !== before.healthCheckNodePort) {
      yield fieldForbidden('spec.healthCheckNodePort', 'field is immutable')
    }
  }
}
