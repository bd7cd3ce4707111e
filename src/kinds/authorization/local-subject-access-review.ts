import { invalid } from '#base/field-error'
import { defineKind } from '../define.ts'
import type { LocalSubjectAccessReview as Review } from '../gen/authorization-v1.ts'
import { resources } from '../gen/resources.ts'
import { questionErrors } from '../review-errors.ts'
import { subjectAccessErrors } from './access-errors.ts'

/** LocalSubjectAccessReview: asks whether somebody may do something in one namespace. Answered, never kept. */
export const localSubjectAccessReview = defineKind<Review>(
  resources['authorization.k8s.io/v1/localsubjectaccessreviews'],
  {
    rules: {
      *validate(review) {
        const { spec, metadata } = review
        yield* subjectAccessErrors(spec)
        yield* questionErrors(review, true)
        const asked = spec.resourceAttributes?.namespace ?? ''
        if (spec.resourceAttributes && asked !== metadata.namespace) {
          yield invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace')
        }
        if (spec.nonResourceAttributes) {
          const text = 'disallowed on this kind of request'
          yield invalid('spec.nonResourceAttributes', spec.nonResourceAttributes, text)
        }
      },
    },
  },
)
