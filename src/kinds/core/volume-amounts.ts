import { type FieldError, invalid } from '#base/field-error'
import { parseQuantity, quantityValue } from '#base/quantity'

/** Faults of an amount that may be nothing. */
export function* basicAmountErrors(text: string, path: string): Iterable<FieldError> {
  const amount = parseQuantity(text)
  const value = amount ? quantityValue(amount) : 0
  if (value < 0) yield invalid(path, value, 'must be a valid resource quantity')
}

/** Faults of an amount that must be something. */
export function* positiveAmountErrors(text: string, path: string): Iterable<FieldError> {
  const amount = parseQuantity(text)
  if (amount && amount.nano <= 0n) yield invalid(path, text, 'must be greater than zero')
}

/** A warning for storage that is no whole number of bytes. */
export function* fractionWarnings(text: string | undefined, path: string): Iterable<string> {
  const amount = text === undefined ? undefined : parseQuantity(text)
  if (!amount || amount.nano % 1_000_000_000n === 0n) return
  yield `${path}: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`
}
