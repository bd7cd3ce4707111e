import { type FieldError, invalid } from '#base/field-error'
import type { KubeObject } from '#schema/object'

/** Everything of the metadata that an author may have set in an object that only asks. */
function setMetadata({ metadata }: KubeObject): Record<string, unknown> {
  const { managedFields: _, creationTimestamp, ...rest } = metadata
  const set = Object.entries(rest).filter(([, value]) => value !== undefined && value !== '')
  return { ...Object.fromEntries(set), ...(creationTimestamp != null && { creationTimestamp }) }
}

/** A question has no metadata; that of a namespace has the namespace alone. */
export function* questionErrors(object: KubeObject, namespaced = false): Iterable<FieldError> {
  const { namespace, ...rest } = setMetadata(object)
  const set = namespaced ? rest : { ...rest, ...(namespace !== undefined && { namespace }) }
  if (Object.keys(set).length > 0) yield invalid('metadata', set, 'must be empty')
}
