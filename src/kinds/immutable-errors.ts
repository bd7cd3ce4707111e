import { type FieldError, invalid } from '#base/field-error'
import { equal } from '#schema/equal'

/** The fault of a field that stays as it was made; `shown` is how upstream prints it where that is another form. */
export function* immutableErrors(
  path: string,
  next: unknown,
  old: unknown,
  shown: unknown = next,
): Iterable<FieldError> {
  if (!equal(next, old)) yield invalid(path, shown, 'field is immutable')
}
