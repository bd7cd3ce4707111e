import { duplicate, type FieldError, required } from '#base/field-error'

/** Faults of the conditions of both kinds: each has a type, and each type stands once. */
export function* flowConditionErrors(conditions: readonly { type?: string }[] = []): Iterable<FieldError> {
  const types = new Set<string>()
  for (const [i, { type = '' }] of conditions.entries()) {
    const path = `status.conditions[${i}].type`
    if (types.has(type)) yield duplicate(path, type)
    types.add(type)
    if (type === '') yield required(path)
  }
}
