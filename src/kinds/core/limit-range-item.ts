import { type FieldError, invalid } from '#base/field-error'
import {
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityMilliValue,
  quantityValue,
} from '#base/quantity'
import type { LimitRangeItem } from '../gen/core-v1.ts'
import { isOvercommitAllowed } from './resource-names.ts'

const boundNames = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const
type BoundName = (typeof boundNames)[number]
type Bounds = { readonly [name in BoundName]?: Quantity }

/** Pairs that must be in order: the lower one, the upper one, whose field is told, the value shown, the words. */
const pairs = [
  ['min', 'max', 'min', 'min', ['min value', 'max value']],
  ['min', 'defaultRequest', 'defaultRequest', 'defaultRequest', ['min value', 'default request value']],
  ['defaultRequest', 'max', 'defaultRequest', 'defaultRequest', ['default request value', 'max value']],
  [
    'defaultRequest',
    'default',
    'defaultRequest',
    'defaultRequest',
    ['default request value', 'default limit value'],
  ],
  ['min', 'default', 'default', 'min', ['min value', 'default value']],
  ['default', 'max', 'default', 'max', ['default value', 'max value']],
] as const

const one: Quantity = { nano: 1_000_000_000n, format: 'DecimalSI' }
/** The largest value of which upstream can count the thousandths. */
const milliValueMax = Number(9_223_372_036_854_775n)

/** How many times the lower bound goes into the upper one; in thousandths where all fit. */
function quotient(ratio: Quantity, min: Quantity, max: Quantity): { ratio: number; limit: number } {
  const isSmall = [ratio, min, max].every((quantity) => quantityValue(quantity) < milliValueMax)
  return isSmall
    ? { ratio: quantityMilliValue(ratio) / 1000, limit: quantityMilliValue(max) / quantityMilliValue(min) }
    : { ratio: quantityValue(ratio), limit: quantityValue(max) / quantityValue(min) }
}

function* ratioErrors({ min, max, maxLimitRequestRatio: ratio }: Bounds, path: string): Iterable<FieldError> {
  if (!ratio) return
  const text = formatQuantity(ratio)
  if (compareQuantity(ratio, one) < 0) yield invalid(path, text, `ratio ${text} is less than 1`)
  if (!min || !max) return
  const { ratio: value, limit } = quotient(ratio, min, max)
  if (value > limit) yield invalid(path, text, `ratio ${text} is greater than max/min = ${limit.toFixed(6)}`)
}

function* resourceErrors(name: string, bounds: Bounds, path: string): Iterable<FieldError> {
  for (const [lower, upper, field, shown, [lowerWord, upperWord]] of pairs) {
    const low = bounds[lower]
    const high = bounds[upper]
    if (!low || !high || compareQuantity(low, high) <= 0) continue
    const text = `${lowerWord} ${formatQuantity(low)} is greater than ${upperWord} ${formatQuantity(high)}`
    yield invalid(`${path}.${field}[${name}]`, formatQuantity(bounds[shown] ?? low), text)
  }
  yield* ratioErrors(bounds, `${path}.maxLimitRequestRatio[${name}]`)
  const { default: limit, defaultRequest: request } = bounds
  if (isOvercommitAllowed(name) || !limit || !request || compareQuantity(limit, request) === 0) return
  const text = `default value ${formatQuantity(limit)} must equal to defaultRequest value ${formatQuantity(request)} in ${name}`
  yield invalid(`${path}.defaultRequest[${name}]`, formatQuantity(request), text)
}

/** Faults of how the bounds of an item fit together, resource by resource. */
export function* boundErrors(item: LimitRangeItem, path: string): Iterable<FieldError> {
  // A pod has no defaults to compare; that it is given some is told elsewhere.
  const names = boundNames.filter((name) => item.type !== 'Pod' || !name.startsWith('default'))
  const resources = new Set(names.flatMap((name) => Object.keys(item[name] ?? {})))
  for (const resource of resources) {
    const bounds: { [name in BoundName]?: Quantity } = {}
    for (const name of names) {
      const quantity = parseQuantity(item[name]?.[resource] ?? '')
      if (quantity) bounds[name] = quantity
    }
    yield* resourceErrors(resource, bounds, path)
  }
}
