import { parseQuantity, quantityMilliValue, quantityValue } from '#base/quantity'
import type { Container, Pod } from '#kinds/gen/core-v1'
import { computeQosClass } from '#kinds/core/pod/quality-of-service'
import type { NodeFacts } from '../contract.ts'

const cpuPeriodUs = 100_000
const cpuQuotaUsLeast = 1000
const sharesLeast = 2
const sharesMost = 262_144

const milli = (text: string | undefined) => {
  const quantity = text === undefined ? undefined : parseQuantity(text)
  return quantity === undefined ? 0 : quantityMilliValue(quantity)
}

const whole = (text: string | undefined) => {
  const quantity = text === undefined ? undefined : parseQuantity(text)
  return quantity === undefined ? 0 : quantityValue(quantity)
}

/** How soon the kernel kills a container's processes when memory runs out: the more was asked for, the later. */
export function oomScoreAdjust(pod: Pod, { resources }: Container, capacity: NodeFacts['capacity']): number {
  const priority = pod.spec?.priority ?? 0
  if (priority >= 2_000_000_000) return -997
  const qos = computeQosClass(pod)
  if (qos === 'Guaranteed') return -997
  if (qos === 'BestEffort') return 1000
  const asked = whole(resources?.requests?.memory ?? resources?.limits?.memory)
  const score = 1000 - Math.floor((1000 * asked) / Math.max(1, capacity.memoryBytes))
  if (score < 3) return 3
  return score === 1000 ? 999 : score
}

/** What the kernel lets a container use. */
export function linuxResources(pod: Pod, container: Container, capacity: NodeFacts['capacity']) {
  const { requests, limits } = container.resources ?? {}
  const cpuLimit = milli(limits?.cpu)
  const cpuAsked = requests?.cpu === undefined ? cpuLimit : milli(requests.cpu)
  const shares = Math.min(sharesMost, Math.max(sharesLeast, Math.floor((cpuAsked * 1024) / 1000)))
  const quota = cpuLimit === 0 ? 0 : Math.max(cpuQuotaUsLeast, Math.floor((cpuLimit * cpuPeriodUs) / 1000))
  return {
    cpuShares: BigInt(shares),
    ...(quota > 0 && { cpuPeriod: BigInt(cpuPeriodUs), cpuQuota: BigInt(quota) }),
    memoryLimitInBytes: BigInt(whole(limits?.memory)),
    oomScoreAdj: BigInt(oomScoreAdjust(pod, container, capacity)),
  }
}
