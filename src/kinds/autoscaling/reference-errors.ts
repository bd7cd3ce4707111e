import { type FieldError, invalid, required } from '#base/field-error'
import { pathSegmentFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { CrossVersionObjectReference } from '../gen/autoscaling-v2.ts'

/** What is wrong with the version of a reference: only objects of the core group have no group. */
function versionFault(apiVersion: string, isGroupNeeded: boolean): string | undefined {
  const slashes = apiVersion.split('/').length - 1
  if (slashes > 1) return `unexpected GroupVersion string: ${apiVersion}`
  const hasGroup = slashes === 1 && !apiVersion.startsWith('/')
  return isGroupNeeded && !hasGroup ? 'apiVersion must specify API group' : undefined
}

/** The fault of the version in a reference. */
export function* versionErrors(
  { apiVersion = '' }: CrossVersionObjectReference,
  path: string,
  isGroupNeeded: boolean,
): Iterable<FieldError> {
  const fault = versionFault(apiVersion, isGroupNeeded)
  if (fault !== undefined) yield invalid(`${path}.apiVersion`, apiVersion, fault)
}

/** Everything else that is wrong with a reference to an object of any version. */
export function* referenceErrors(
  { kind, name }: CrossVersionObjectReference,
  path: string,
): Iterable<FieldError> {
  if (kind === '') yield required(`${path}.kind`)
  else yield* eachFault(`${path}.kind`, kind, pathSegmentFaults(kind))
  if (name === '') yield required(`${path}.name`)
  else yield* eachFault(`${path}.name`, name, pathSegmentFaults(name))
}
