import { parseQuantity, quantityMilliValue, quantityValue } from '#base/quantity'
import { computeQosClass } from '#kinds/core/pod/quality-of-service'
import { containerTotals } from '#kinds/core/pod/resource-totals'
import type { Pod, PodSpec } from '#kinds/gen/core-v1'
import { cpuQuotaOf, cpuSharesOf } from './cpu-amounts.ts'

/** The amount that stands for no limit. */
export const unlimited = -1

/** What a cgroup may use; what is not named is left as it is. */
export interface CgroupAmounts {
  readonly cpuShares?: number
  /** Of each period of 100 ms. */
  readonly cpuQuotaUs?: number
  readonly memoryBytes?: number
  readonly pids?: number
  /** By page size as the kernel names it, such as 2MB; sizes that are not named get nothing. */
  readonly hugePages?: ReadonlyMap<string, number>
}

type Which = 'requests' | 'limits'

/** What a pod asks for or may use as a whole, with what the pod itself costs. */
export function podTotal(spec: PodSpec, which: Which, resource: string): number {
  const measure = resource === 'cpu' ? quantityMilliValue : quantityValue
  const amount = (text: string | undefined) => {
    const quantity = text === undefined ? undefined : parseQuantity(text)
    return quantity === undefined ? 0 : measure(quantity)
  }
  const whole = spec.resources?.[which]?.[resource]
  const total = containerTotals(spec, which).get(resource)
  const asked = whole === undefined ? (total ? measure(total) : 0) : amount(whole)
  // Upstream adds the overhead to a limit only where there is one.
  return which === 'limits' && asked === 0 ? 0 : asked + amount(spec.overhead?.[resource])
}

/** True when the pod itself, or each of its containers, has a limit. */
function isLimited(spec: PodSpec, resource: 'cpu' | 'memory'): boolean {
  const has = (text: string | undefined) => quantityOf(text) > 0
  if (has(spec.resources?.limits?.[resource])) return true
  const all = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  return all.every(({ resources }) => has(resources?.limits?.[resource]))
}

const quantityOf = (text: string | undefined) => {
  const quantity = text === undefined ? undefined : parseQuantity(text)
  return quantity ? quantityMilliValue(quantity) : 0
}

/** What the cgroup of a pod may use. A limit holds for the pod only if it holds for all that is in it. */
export function podAmounts({ spec, metadata }: Pod, pidsMax: number): CgroupAmounts {
  const pids = pidsMax > 0 ? { pids: pidsMax } : {}
  const parts: PodSpec = spec ?? { containers: [] }
  const hugePages = hugePagesOf(parts)
  if (computeQosClass({ metadata, spec: parts }) === 'BestEffort')
    return { cpuShares: cpuSharesOf(0), ...pids, hugePages }
  return {
    cpuShares: cpuSharesOf(podTotal(parts, 'requests', 'cpu')),
    cpuQuotaUs: isLimited(parts, 'cpu') ? cpuQuotaOf(podTotal(parts, 'limits', 'cpu')) : unlimited,
    memoryBytes: isLimited(parts, 'memory') ? podTotal(parts, 'limits', 'memory') : unlimited,
    ...pids,
    hugePages,
  }
}

const wider = (a = unlimited, b = unlimited) => (a < 0 || b < 0 ? unlimited : Math.max(a, b))

/** What is enough for either; all else is as in the second. */
export const widest = (a: CgroupAmounts, b: CgroupAmounts): CgroupAmounts => ({
  ...b,
  cpuShares: wider(a.cpuShares, b.cpuShares),
  cpuQuotaUs: wider(a.cpuQuotaUs, b.cpuQuotaUs),
  memoryBytes: wider(a.memoryBytes, b.memoryBytes),
})

/** Limits of huge pages by the kernel's names of their sizes. */
export function hugePagesOf(spec: PodSpec): ReadonlyMap<string, number> {
  const names = new Set([
    ...Object.keys(spec.resources?.limits ?? {}),
    ...containerTotals(spec, 'limits').keys(),
  ])
  const pages = [...names].filter((name) => name.startsWith('hugepages-'))
  return new Map(
    pages.map((name) => [pageName(name.slice('hugepages-'.length)), podTotal(spec, 'limits', name)]),
  )
}

/** A page size such as 2Mi as the kernel writes it in names: 2MB. */
export function pageName(size: string): string {
  const quantity = parseQuantity(size)
  const bytes = quantity ? quantityValue(quantity) : 0
  if (bytes >= 2 ** 30) return `${bytes / 2 ** 30}GB`
  return bytes >= 2 ** 20 ? `${bytes / 2 ** 20}MB` : `${bytes / 2 ** 10}KB`
}
