import { parseQuantity, quantityMilliValue, quantityValue } from '#base/quantity'
import type { Container, Pod } from '#kinds/gen/core-v1'
import { computeQosClass } from '#kinds/core/pod/quality-of-service'
import { containerTotals } from '#kinds/core/pod/resource-totals'
import { hugePagesOf } from '../cgroups/amounts.ts'
import { cpuPeriodUs, cpuQuotaOf, cpuSharesOf } from '../cgroups/cpu-amounts.ts'
import type { NodeFacts } from '../contract.ts'
import { isSidecar } from '../pod/restart-policy.ts'

/** How the kernel of this machine counts memory. */
export interface MachineMemory {
  readonly cgroupVersion: 1 | 2
  /** True where the kernel can keep containers from swapping. */
  readonly countsSwap: boolean
}

const milli = (text: string | undefined) => {
  const quantity = text === undefined ? undefined : parseQuantity(text)
  return quantity === undefined ? 0 : quantityMilliValue(quantity)
}

const whole = (text: string | undefined) => {
  const quantity = text === undefined ? undefined : parseQuantity(text)
  return quantity === undefined ? 0 : quantityValue(quantity)
}

const scores = { guaranteed: -997, bestEffort: 1000, burstableLeast: 3 } as const

const memoryAsked = ({ resources }: Container) =>
  whole(resources?.requests?.memory ?? resources?.limits?.memory)

/** The share of each container in what the pod asks for beyond all of them. */
function spareMemory({ spec }: Pod): number {
  const ofPod = spec?.resources?.requests?.memory
  if (!spec || ofPod === undefined) return 0
  const total = containerTotals(spec, 'requests').get('memory')
  const count = spec.containers.length + (spec.initContainers ?? []).filter(isSidecar).length
  return Math.max(0, Math.floor((whole(ofPod) - (total ? quantityValue(total) : 0)) / count))
}

/** How soon the kernel kills a container's processes when memory runs out: the more was asked for, the later. */
export function oomScoreAdjust(pod: Pod, container: Container, capacity: NodeFacts['capacity']): number {
  const { spec } = pod
  if (spec?.priorityClassName === 'system-node-critical') return scores.guaranteed
  const qos = computeQosClass(pod)
  if (qos === 'Guaranteed') return scores.guaranteed
  if (qos === 'BestEffort') return scores.bestEffort
  const spare = spareMemory(pod)
  const scoreOf = (one: Container) =>
    1000 - Math.floor((1000 * (memoryAsked(one) + spare)) / Math.max(1, capacity.memoryBytes))
  // A sidecar ends no sooner than the container that it serves.
  const served = isSidecar(container) ? (spec?.containers ?? []) : []
  const score = Math.min(...[container, ...served].map(scoreOf))
  if (score < scores.burstableLeast) return scores.burstableLeast
  return score === scores.bestEffort ? score - 1 : score
}

/** What the kernel lets a container use. */
export function linuxResources(
  pod: Pod,
  container: Container,
  capacity: NodeFacts['capacity'],
  machine: MachineMemory,
) {
  const { requests, limits } = container.resources ?? {}
  const cpuLimit = milli(limits?.cpu)
  const cpuAsked = requests?.cpu === undefined ? cpuLimit : milli(requests.cpu)
  const quota = cpuQuotaOf(cpuLimit)
  const memoryLimitInBytes = BigInt(whole(limits?.memory))
  return {
    cpuShares: BigInt(cpuSharesOf(cpuAsked)),
    ...(quota > 0 && { cpuPeriod: BigInt(cpuPeriodUs), cpuQuota: BigInt(quota) }),
    memoryLimitInBytes,
    oomScoreAdj: BigInt(oomScoreAdjust(pod, container, capacity)),
    hugepageLimits: [...hugePagesOf({ containers: [container] })].map(([pageSize, limit]) => ({
      pageSize,
      limit: BigInt(limit),
    })),
    ...memoryRules(memoryLimitInBytes, machine),
  }
}

/** What the kernel lets a container use from now on: what was set when it was made and cannot change is left out. */
export function changedResources(
  pod: Pod,
  container: Container,
  capacity: NodeFacts['capacity'],
  machine: MachineMemory,
) {
  const {
    oomScoreAdj: _,
    hugepageLimits: _pages,
    ...rest
  } = linuxResources(pod, container, capacity, machine)
  return { cpuPeriod: BigInt(cpuPeriodUs), cpuQuota: -1n, ...rest }
}

/** Nothing of a container is swapped out, and when it runs out of memory all of it ends. */
function memoryRules(limit: bigint, { cgroupVersion, countsSwap }: MachineMemory) {
  if (cgroupVersion === 2)
    return { unified: { 'memory.oom.group': '1', ...(countsSwap && { 'memory.swap.max': '0' }) } }
  // On version 1 the limit is that of memory and swap together.
  return countsSwap && limit > 0n ? { memorySwapLimitInBytes: limit } : {}
}
