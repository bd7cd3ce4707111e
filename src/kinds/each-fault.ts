import { type FieldError, invalid } from '#base/field-error'

/** One error for each fault of a value. */
export function* eachFault(path: string, value: unknown, faults: readonly string[]): Iterable<FieldError> {
  for (const fault of faults) yield invalid(path, value, fault)
}
