import { type FieldError, invalid } from '#base/field-error'

/** Faults of numbers that count something, by their names in what holds them: none is negative. */
export function* countErrors<T extends object>(
  holder: T,
  names: readonly (keyof T & string)[],
  path: string,
): Iterable<FieldError> {
  for (const name of names) {
    const count = holder[name] ?? 0
    if (Number(count) < 0) yield invalid(`${path}.${name}`, count, 'must be greater than or equal to 0')
  }
}
