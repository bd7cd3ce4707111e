import type { KindDef } from '../define.ts'
import { localSubjectAccessReview } from './local-subject-access-review.ts'
import { selfSubjectAccessReview } from './self-subject-access-review.ts'
import { selfSubjectRulesReview } from './self-subject-rules-review.ts'
import { subjectAccessReview } from './subject-access-review.ts'

/** The kinds of authorization.k8s.io. */
export const authorizationKinds: readonly KindDef[] = [
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
]
