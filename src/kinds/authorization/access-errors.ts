import { type FieldError, invalid } from '#base/field-error'
import type { SelfSubjectAccessReviewSpec, SubjectAccessReviewSpec } from '../gen/authorization-v1.ts'

/** An access is either to a resource or to a path. */
export function* accessErrors(spec: SelfSubjectAccessReviewSpec): Iterable<FieldError> {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec
  if (resource && path) {
    const text = 'cannot be specified in combination with resourceAttributes'
    yield invalid('spec.nonResourceAttributes', path, text)
  }
  if (!resource && !path) {
    const text = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
    yield invalid('spec.resourceAttributes', path, text)
  }
}

/** The access of somebody, who must be named. */
export function* subjectAccessErrors(spec: SubjectAccessReviewSpec): Iterable<FieldError> {
  yield* accessErrors(spec)
  if ((spec.user ?? '') === '' && (spec.groups ?? []).length === 0) {
    yield invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified')
  }
}
