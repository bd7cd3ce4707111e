import type { KindDef } from '../define.ts'
import { selfSubjectReview } from './self-subject-review.ts'
import { tokenReview } from './token-review.ts'

/** The kinds of authentication.k8s.io. */
export const authenticationKinds: readonly KindDef[] = [selfSubjectReview, tokenReview]
