import {
  compareQuantity,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
} from '#base/quantity'
import { byteOrder } from './in-order.ts'
import type { LimitRangeItem } from '../../gen/core-v1.ts'

/** Amounts by resource, as objects write them. */
export type Amounts = Readonly<Record<string, string>>

/** What something asks for, and what it may use. */
export interface Use {
  readonly requests: Amounts
  readonly limits: Amounts
}

const amount = (text: string) => parseQuantity(text) ?? { nano: 0n, format: 'DecimalSI' as const }
const shown = (text: string) => formatQuantity(amount(text))
const isLess = (a: string, b: string) => compareQuantity(amount(a), amount(b)) < 0

function* leastFaults(
  type: string,
  name: string,
  least: string,
  { requests, limits }: Use,
): Iterable<string> {
  const start = `minimum ${name} usage per ${type} is ${shown(least)}`
  const request = requests[name]
  const limit = limits[name]
  if (request === undefined) yield `${start}.  No request is specified`
  else if (isLess(request, least)) yield `${start}, but request is ${shown(request)}`
  else if (limit !== undefined && isLess(limit, least)) yield `${start}, but limit is ${shown(limit)}`
}

function* mostFaults(type: string, name: string, most: string, { requests, limits }: Use): Iterable<string> {
  const start = `maximum ${name} usage per ${type} is ${shown(most)}`
  const request = requests[name]
  const limit = limits[name]
  if (limit === undefined) yield `${start}.  No limit is specified`
  else if (isLess(most, limit)) yield `${start}, but limit is ${shown(limit)}`
  else if (request !== undefined && isLess(most, request)) yield `${start}, but request is ${shown(request)}`
}

/** The largest amount of which upstream counts the thousandths. */
const milliValueMax = 2 ** 53 / 1000

function* ratioFaults(type: string, name: string, most: string, { requests, limits }: Use): Iterable<string> {
  const start = `${name} max limit to request ratio per ${type} is ${shown(most)}`
  const request = amount(requests[name] ?? '0')
  const limit = amount(limits[name] ?? '0')
  const isSmall = quantityValue(limit) < milliValueMax
  const count = isSmall ? quantityMilliValue : quantityValue
  if (count(request) === 0) yield `${start}, but no request is specified or request is 0`
  else if (count(limit) === 0) yield `${start}, but no limit is specified or limit is 0`
  else {
    const ratio = count(limit) / count(request)
    const mostRatio = quantityMilliValue(amount(most)) / 1000
    if (ratio > mostRatio) yield `${start}, but provided ratio is ${ratio.toFixed(6)}`
  }
}

/** By what something breaks the limits of its type, resource by resource. */
export function* limitFaults(item: LimitRangeItem, use: Use): Iterable<string> {
  for (const [name, least] of byteOrder(item.min)) yield* leastFaults(item.type, name, least, use)
  for (const [name, most] of byteOrder(item.max)) yield* mostFaults(item.type, name, most, use)
  for (const [name, most] of byteOrder(item.maxLimitRequestRatio))
    yield* ratioFaults(item.type, name, most, use)
}

/** The same for what can only ask, such as a claim of storage. */
export function* requestFaults({ type, min, max }: LimitRangeItem, requests: Amounts): Iterable<string> {
  for (const [name, least] of byteOrder(min)) yield* leastFaults(type, name, least, { requests, limits: {} })
  for (const [name, most] of byteOrder(max)) {
    const start = `maximum ${name} usage per ${type} is ${shown(most)}`
    const request = requests[name]
    if (request === undefined) yield `${start}.  No request is specified`
    else if (isLess(most, request)) yield `${start}, but request is ${shown(request)}`
  }
}

/** Several faults as one text, as upstream puts errors together. */
export function faultsText(faults: Iterable<string>): string | undefined {
  const all = [...new Set(faults)]
  if (all.length === 0) return undefined
  return all.length === 1 ? all[0] : `[${all.join(', ')}]`
}
