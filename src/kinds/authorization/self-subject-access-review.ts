import { defineKind } from '../define.ts'
import type { SelfSubjectAccessReview as Review } from '../gen/authorization-v1.ts'
import { resources } from '../gen/resources.ts'
import { questionErrors } from '../review-errors.ts'
import { accessErrors } from './access-errors.ts'

/** SelfSubjectAccessReview: asks whether the asker may do something. Answered, never kept. */
export const selfSubjectAccessReview = defineKind<Review>(
  resources['authorization.k8s.io/v1/selfsubjectaccessreviews'],
  {
    rules: {
      *validate(review) {
        yield* accessErrors(review.spec)
        yield* questionErrors(review)
      },
    },
  },
)
