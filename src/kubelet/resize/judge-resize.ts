import type { Pod } from '#kinds/gen/core-v1'
import { computeQosClass } from '#kinds/core/pod/quality-of-service'
import { rejectionOf, requestOf } from '../pod/admit-pod.ts'
import type { Allocatable } from '../contract.ts'

/** Why a pod does not get what it asks for: never on this node, or not while others use it. */
export interface Pending {
  readonly reason: 'Infeasible' | 'Deferred'
  readonly message: string
}

/** Why a pod cannot have its new resources beside those of the others; undefined when it can. */
export function judgeResize(
  pod: Pod,
  others: readonly Pod[],
  allocatable: Allocatable | undefined,
): Pending | undefined {
  if (allocatable === undefined) return undefined
  const capacity = { memory: allocatable.memoryBytes, cpu: allocatable.cpuMilli }
  for (const name of ['memory', 'cpu'] as const) {
    const requested = requestOf(pod, name)
    if (requested <= capacity[name]) continue
    const what = `${name}, requested: ${requested}, capacity: ${capacity[name]}`
    return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${what}` }
  }
  const rejection = rejectionOf(pod, others, allocatable)
  return rejection && { reason: 'Deferred', message: rejection.message }
}

/** A resize that waits. */
export interface Waiting {
  /** The pod as it would be. */
  readonly wanted: Pod
  /** The pod as it is. */
  readonly allocated: Pod
  /** Since when it waits. */
  readonly since: number
}

const grows = ({ wanted, allocated }: Waiting) =>
  requestOf(wanted, 'cpu') > requestOf(allocated, 'cpu') ||
  requestOf(wanted, 'memory') > requestOf(allocated, 'memory')

/** Who is asked first: who gives back, then by priority, by class, and by how long they wait. */
export function byTurn(a: Waiting, b: Waiting): number {
  const priority = ({ wanted }: Waiting) => wanted.spec?.priority ?? 0
  const isGuaranteed = ({ wanted }: Waiting) => Number(computeQosClass(wanted) === 'Guaranteed')
  return (
    Number(grows(a)) - Number(grows(b)) ||
    priority(b) - priority(a) ||
    isGuaranteed(b) - isGuaranteed(a) ||
    a.since - b.since
  )
}
