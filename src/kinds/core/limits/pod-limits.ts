import { formatQuantity } from '#base/quantity'
import type { AdmissionRule, Others } from '../../define.ts'
import type { Container, LimitRangeItem, Pod, PodSpec } from '../../gen/core-v1.ts'
import { containerTotals } from '../pod/resource-totals.ts'
import { type Amounts, faultsText, limitFaults, type Use } from './constraints.ts'
import { limitRanger, limitsOf } from './ranges.ts'

const annotation = 'kubernetes.io/limit-ranger'

/** Sets what a list of amounts leaves open; gives the names that it set. */
function complete(list: Record<string, string>, defaults: Amounts | undefined): string[] {
  const open = Object.keys(defaults ?? {}).filter((name) => list[name] === undefined)
  for (const name of open) list[name] = (defaults as Amounts)[name] as string
  return open.sort()
}

function completeContainer(
  container: Container,
  { default: limits, defaultRequest }: LimitRangeItem,
  what: string,
) {
  const resources = { ...container.resources }
  const requests = { ...resources.requests }
  const own = { ...resources.limits }
  const asked = complete(requests, defaultRequest)
  const limited = complete(own, limits)
  if (asked.length + limited.length === 0) return []
  container.resources = {
    ...resources,
    ...(Object.keys(own).length > 0 && { limits: own }),
    ...(Object.keys(requests).length > 0 && { requests }),
  }
  return [
    ...(asked.length > 0 ? [`${asked.join(', ')} request for ${what} ${container.name}`] : []),
    ...(limited.length > 0 ? [`${limited.join(', ')} limit for ${what} ${container.name}`] : []),
  ]
}

function completePod(pod: Pod, item: LimitRangeItem): void {
  const { containers = [], initContainers = [] } = pod.spec ?? {}
  const notes = [
    ...containers.flatMap((one) => completeContainer(one, item, 'container')),
    ...initContainers.flatMap((one) => completeContainer(one, item, 'init container')),
  ]
  if (notes.length === 0) return
  const text = `LimitRanger plugin set: ${notes.join('; ')}`
  pod.metadata.annotations = { ...pod.metadata.annotations, [annotation]: text }
}

const useOf = ({ resources }: Container): Use => ({
  requests: resources?.requests ?? {},
  limits: resources?.limits ?? {},
})

function totalUse(spec: PodSpec): Use {
  const total = (which: 'requests' | 'limits') =>
    Object.fromEntries([...containerTotals(spec, which)].map(([name, one]) => [name, formatQuantity(one)]))
  return { requests: total('requests'), limits: total('limits') }
}

function* podFaults(spec: PodSpec, items: readonly LimitRangeItem[]): Iterable<string> {
  for (const item of items) {
    if (item.type === 'Pod') yield* limitFaults(item, totalUse(spec))
    else
      for (const one of [...spec.containers, ...(spec.initContainers ?? [])])
        yield* limitFaults(item, useOf(one))
  }
}

/** Containers get the amounts that the limit ranges of their namespace give by default, and keep to their bounds. */
export const podLimits: AdmissionRule<Pod> = {
  plugin: limitRanger,
  complete(pod, others) {
    for (const items of limitsOf(others, pod.metadata.namespace, ['Container']))
      for (const item of items) completePod(pod, item)
    return undefined
  },
  refusal: (pod, old, others) => (old ? undefined : limitsFault(pod, others)),
}

/** What a running pod is to get later keeps to the bounds, too. */
export const resizedPodLimits: AdmissionRule<Pod> = {
  plugin: limitRanger,
  subresource: 'resize',
  refusal: (pod, _old, others) => limitsFault(pod, others),
}

function limitsFault({ metadata, spec }: Pod, others: Others): string | undefined {
  if (!spec) return undefined
  for (const items of limitsOf(others, metadata.namespace, ['Container', 'Pod'])) {
    const text = faultsText(podFaults(spec, items))
    if (text !== undefined) return text
  }
  return undefined
}
