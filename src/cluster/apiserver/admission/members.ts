import { type FieldError, fieldForbidden } from '#base/field-error'

/** A mapping of a configuration file. */
export type Members = Readonly<Record<string, unknown>>

/** Complaints about members that a mapping does not have. */
export function* unknownFields(
  object: Members,
  known: readonly string[],
  path: string,
): Iterable<FieldError> {
  for (const name of Object.keys(object)) {
    if (!known.includes(name))
      yield fieldForbidden(path === '' ? name : `${path}.${name}`, 'there is no such field')
  }
}
