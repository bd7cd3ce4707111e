import { type FieldError, invalid } from '#base/field-error'
import { patternText } from '#schema/name-rules'

const percentForm = /^[0-9]+%$/
const wrongPercent = patternText(
  "a valid percent string must be a numeric string followed by an ending '%'",
  '[0-9]+%',
  ['1%', '93%'],
)

/** Faults of an amount that is told as a number or as a percentage: neither may be negative. */
export function* intOrPercentErrors(value: number | string, path: string): Iterable<FieldError> {
  if (typeof value === 'string') {
    if (!percentForm.test(value)) yield invalid(path, value, wrongPercent)
  } else if (value < 0) yield invalid(path, value, 'must be greater than or equal to 0')
}

/** The fault of a percentage that is more than everything. */
export function* moreThanAllErrors(value: number | string, path: string): Iterable<FieldError> {
  const isPercent = typeof value === 'string' && percentForm.test(value)
  if (isPercent && Number(value.slice(0, -1)) > 100) {
    yield invalid(path, value, 'must not be greater than 100%')
  }
}

/** Whether an amount, a number or a percentage, is zero; what is neither counts as nothing. */
export const isNothing = (value: number | string): boolean =>
  typeof value === 'number' ? value === 0 : !percentForm.test(value) || Number(value.slice(0, -1)) === 0
