import { type FieldError, required } from '#base/field-error'
import { pathSegmentFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'

/** Faults of a part of a reference that must be there and fit into a path. */
export function* referencePartErrors(path: string, value: string): Iterable<FieldError> {
  if (value === '') yield required(path)
  else yield* eachFault(path, value, pathSegmentFaults(value))
}

/** What references to objects of any kind have. */
interface Reference {
  apiGroup?: string
  kind: string
  name: string
}

/** Everything wrong with a reference to an object of any kind. */
export function* referenceErrors({ apiGroup, kind, name }: Reference, path: string): Iterable<FieldError> {
  if (apiGroup !== undefined) yield* eachFault(`${path}.apiGroup`, apiGroup, subdomainFaults(apiGroup))
  yield* referencePartErrors(`${path}.kind`, kind)
  yield* referencePartErrors(`${path}.name`, name)
}
