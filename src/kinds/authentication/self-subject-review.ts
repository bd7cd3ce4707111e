import { defineKind } from '../define.ts'
import type { SelfSubjectReview as Review } from '../gen/authentication-v1.ts'
import { resources } from '../gen/resources.ts'

/** SelfSubjectReview: asks who the asker is. Answered, never kept. */
export const selfSubjectReview = defineKind<Review>(resources['authentication.k8s.io/v1/selfsubjectreviews'])
