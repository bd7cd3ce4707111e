import { type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityValue,
  subtractQuantity,
} from '#base/quantity'
import type { CapacityRequestPolicy, CapacityRequestPolicyRange, DeviceCapacity } from '../gen/resource-v1.ts'
import { setErrors } from './sized-lists.ts'

const valuesMax = 10
const nothing: Quantity = { nano: 0n, format: 'DecimalSI' }
const amount = (text: string | undefined): Quantity => parseQuantity(text ?? '0') ?? nothing
const isMore = (a: string | undefined, b: string | undefined) => compareQuantity(amount(a), amount(b)) > 0

function* valueErrors(
  values: readonly string[],
  byDefault: string,
  capacity: string,
  path: string,
): Iterable<FieldError> {
  for (const [i, value] of values.entries()) {
    if (i === 0 || !isMore(values[i - 1], value)) continue
    yield invalid(`${path}[${i}]`, value, 'values must be sorted in ascending order')
  }
  function* check(value: string, at: string): Iterable<FieldError> {
    if (isMore(value, capacity)) yield invalid(at, value, `option is larger than capacity value: ${capacity}`)
  }
  yield* setErrors(values, valuesMax, path, check, (value) => String(quantityValue(amount(value))))
  // Upstream does not look for the default among too many.
  const isListed = values.some((value) => compareQuantity(amount(value), amount(byDefault)) === 0)
  if (!isListed || values.length > valuesMax) {
    yield invalid(path, byDefault, 'default value is not valid according to the requestPolicy')
  }
}

function* stepErrors(
  { min, max, step }: CapacityRequestPolicyRange,
  byDefault: string,
  capacity: string,
  path: string,
): Iterable<FieldError> {
  if (step === undefined) return
  if (amount(step).nano <= 0n) {
    yield invalid(path, step, 'must be greater than zero')
    return
  }
  const first = addQuantity(amount(min), amount(step))
  if (compareQuantity(first, amount(capacity)) > 0) {
    const text = `one step ${formatQuantity(first)} is larger than capacity value: ${capacity}`
    yield invalid(path, step, text)
  }
  for (const value of max === undefined ? [byDefault] : [byDefault, max]) {
    const over = quantityValue(subtractQuantity(amount(value), amount(min)))
    if (over % quantityValue(amount(step)) === 0) continue
    yield invalid(path, value, `value is not a multiple of a given step (${step}) from (${min})`)
  }
}

function* rangeErrors(
  range: CapacityRequestPolicyRange,
  byDefault: string,
  capacity: string,
  path: string,
): Iterable<FieldError> {
  const { min, max } = range
  if ((min as string | undefined) === undefined) {
    yield required(`${path}.min`, 'required when validRange is defined')
    return
  }
  if (isMore(min, capacity)) {
    yield invalid(`${path}.min`, min, `min is larger than capacity value: ${capacity}`)
  }
  if (isMore(min, byDefault)) yield invalid(`${path}.default`, byDefault, `default is less than min: ${min}`)
  if (max !== undefined) {
    if (isMore(min, max)) yield invalid(`${path}.max`, min, `min is larger than max: ${max}`)
    if (isMore(max, capacity)) {
      yield invalid(`${path}.max`, max, `max is larger than capacity value: ${capacity}`)
    }
    if (isMore(byDefault, max)) {
      yield invalid(`${path}.default`, byDefault, `default is more than max: ${max}`)
    }
  }
  yield* stepErrors(range, byDefault, capacity, `${path}.step`)
}

function* policyErrors(
  { default: byDefault, validValues: values = [], validRange: range }: CapacityRequestPolicy,
  capacity: string,
  path: string,
): Iterable<FieldError> {
  if (values.length > 0 && range) {
    const text =
      'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time'
    yield fieldForbidden(path, text)
    return
  }
  if (values.length === 0 && !range) return
  const which = values.length > 0 ? 'validValues' : 'validRange'
  if (byDefault === undefined) yield required(`${path}.default`, `required when ${which} is defined`)
  else if (range) yield* rangeErrors(range, byDefault, capacity, `${path}.${which}`)
  else yield* valueErrors(values, byDefault, capacity, `${path}.${which}`)
}

/** Faults of how much a device has of something, and in which portions it is given to several. */
export function* capacityErrors(
  { value, requestPolicy: policy }: DeviceCapacity,
  isShared: boolean,
  path: string,
): Iterable<FieldError> {
  const at = `${path}.requestPolicy`
  if (!policy) return
  if (isShared) yield* policyErrors(policy, value, at)
  else yield fieldForbidden(at, 'allowMultipleAllocations must be true')
}
