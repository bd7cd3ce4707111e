import { defineKind } from '../define.ts'
import type { SubjectAccessReview as Review } from '../gen/authorization-v1.ts'
import { resources } from '../gen/resources.ts'
import { questionErrors } from '../review-errors.ts'
import { subjectAccessErrors } from './access-errors.ts'

/** SubjectAccessReview: asks whether somebody may do something. Answered, never kept. */
export const subjectAccessReview = defineKind<Review>(
  resources['authorization.k8s.io/v1/subjectaccessreviews'],
  {
    rules: {
      *validate(review) {
        yield* subjectAccessErrors(review.spec)
        yield* questionErrors(review)
      },
    },
  },
)
