import { compareQuantity, parseQuantity, quantityMilliValue } from '#base/quantity'
import type { Pod, PodSpec, ResourceRequirements } from '../../gen/core-v1.ts'

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

const counted = ['cpu', 'memory'] as const

/** Amounts of cpu and memory that are more than nothing. */
function amountsOf(list: Readonly<Record<string, string>> | undefined) {
  return counted.flatMap((name) => {
    const quantity = parseQuantity(list?.[name] ?? '0')
    return quantity && quantityMilliValue(quantity) > 0 ? [{ name, quantity }] : []
  })
}

/** What counts: the pod as a whole when it asks for something itself, else each of its containers. */
function requirementsOf(spec: PodSpec): ResourceRequirements[] {
  const { resources } = spec
  const isPodLevel =
    Object.keys(resources?.requests ?? {}).length + Object.keys(resources?.limits ?? {}).length > 0
  if (resources && isPodLevel) return [resources]
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((one) => one.resources ?? {})
}

function isFullyLimited({ requests, limits }: ResourceRequirements): boolean {
  const asked = amountsOf(requests)
  const limited = amountsOf(limits)
  if (limited.length < counted.length) return false
  return asked.every(({ name, quantity }) => {
    const limit = limited.find((one) => one.name === name)
    return limit !== undefined && compareQuantity(limit.quantity, quantity) === 0
  })
}

/** How well a pod is kept when its node runs short, from what its containers ask for. */
export function computeQosClass({ spec }: Pod): QosClass {
  const all = spec ? requirementsOf(spec) : []
  const asksNothing = all.every(
    ({ requests, limits }) => amountsOf(requests).length === 0 && amountsOf(limits).length === 0,
  )
  if (asksNothing) return 'BestEffort'
  return all.every(isFullyLimited) ? 'Guaranteed' : 'Burstable'
}
