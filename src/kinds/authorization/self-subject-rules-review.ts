import { defineKind } from '../define.ts'
import type { SelfSubjectRulesReview as Review } from '../gen/authorization-v1.ts'
import { resources } from '../gen/resources.ts'

/** SelfSubjectRulesReview: asks what the asker may do in a namespace. Answered, never kept. */
export const selfSubjectRulesReview = defineKind<Review>(
  resources['authorization.k8s.io/v1/selfsubjectrulesreviews'],
)
