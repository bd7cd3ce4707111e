import { addQuantity, compareQuantity, formatQuantity, parseQuantity, type Quantity } from '#base/quantity'
import type { Container, PodSpec } from '../../gen/core-v1.ts'

type Amounts = Map<string, Quantity>
type Which = 'requests' | 'limits'

const amountsOf = (list: Readonly<Record<string, string>> | undefined): Amounts => {
  const amounts: Amounts = new Map()
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(text)
    if (quantity) amounts.set(name, quantity)
  }
  return amounts
}

function add(to: Amounts, from: Amounts): void {
  for (const [name, one] of from) {
    const sum = to.get(name)
    to.set(name, sum ? addQuantity(sum, one) : one)
  }
}

function raise(to: Amounts, from: Amounts): void {
  for (const [name, one] of from) {
    const now = to.get(name)
    if (!now || compareQuantity(one, now) > 0) to.set(name, one)
  }
}

const isSidecar = (container: Container) => container.restartPolicy === 'Always'

/**
 * What a pod's containers need at the most busy moment: all of them together, or one init container beside the
 * sidecars started before it.
 */
export function containerTotals(spec: PodSpec, which: Which): Amounts {
  const total: Amounts = new Map()
  for (const { resources } of spec.containers ?? []) add(total, amountsOf(resources?.[which]))
  const sidecars: Amounts = new Map()
  const peak: Amounts = new Map()
  for (const one of spec.initContainers ?? []) {
    const amounts = amountsOf(one.resources?.[which])
    if (isSidecar(one)) {
      add(total, amounts)
      add(sidecars, amounts)
      raise(peak, sidecars)
    } else {
      add(amounts, sidecars)
      raise(peak, amounts)
    }
  }
  raise(total, peak)
  return total
}

const isPodLevel = (name: string) => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')
const isEmpty = (list: object | undefined) => list === undefined || Object.keys(list).length === 0

/** Fills in the requests and limits of a pod as a whole, from its containers and from its own limits. */
export function defaultPodResources(spec: PodSpec): void {
  const { resources } = spec
  if (!resources || (isEmpty(resources.requests) && isEmpty(resources.limits))) return
  const limits = { ...resources.limits }
  for (const [name, total] of containerTotals(spec, 'limits')) {
    if (name.startsWith('hugepages-') && resources.requests?.[name] === undefined) {
      limits[name] ??= formatQuantity(total)
    }
  }
  const hadLimits = !isEmpty(resources.limits)
  const requests = { ...resources.requests }
  if (hadLimits) {
    for (const [name, total] of containerTotals(spec, 'requests')) {
      if (name === 'cpu' || name === 'memory') requests[name] ??= formatQuantity(total)
    }
  }
  for (const [name, limit] of Object.entries(limits)) if (isPodLevel(name)) requests[name] ??= limit
  if (!isEmpty(limits)) resources.limits = limits
  if (!isEmpty(requests)) resources.requests = requests
}
