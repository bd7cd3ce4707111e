import { type FieldError, fieldForbidden } from '#base/field-error'
import { validateAnnotations, validateLabels } from '#schema/label-rules'
import type { ObjectMeta } from './gen/meta-v1.ts'

/** What the metadata of a template may not have, in upstream's order and spelling. */
const forbidden = [
  ['name', 'name'],
  ['generateName', 'generateName'],
  ['namespace', 'namespace'],
  ['selfLink', 'selfLink'],
  ['uid', 'uID'],
  ['resourceVersion', 'resourceVersion'],
  ['generation', 'generation'],
  ['creationTimestamp', 'creationTimestamp'],
  ['deletionTimestamp', 'deletionTimestamp'],
  ['deletionGracePeriodSeconds', 'deletionGracePeriodSeconds'],
  ['ownerReferences', 'ownerReferences'],
  ['finalizers', 'finalizers'],
  ['managedFields', 'managedFields'],
] as const

/** Faults of the metadata of a template that gives labels and annotations alone. */
export function* templateMetaErrors(metadata: Partial<ObjectMeta>, path: string): Iterable<FieldError> {
  yield* validateAnnotations(metadata.annotations, `${path}.annotations`)
  yield* validateLabels(metadata.labels, `${path}.labels`)
  for (const [name, shown] of forbidden) {
    const value = metadata[name]
    if (value === undefined || value === '' || value === 0 || value === null) continue
    yield fieldForbidden(`${path}.${shown}`, 'cannot be set')
  }
}
