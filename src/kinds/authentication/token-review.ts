import { defineKind } from '../define.ts'
import type { TokenReview as Review } from '../gen/authentication-v1.ts'
import { resources } from '../gen/resources.ts'

/** TokenReview: asks whose a token is. Answered, never kept. */
export const tokenReview = defineKind<Review>(resources['authentication.k8s.io/v1/tokenreviews'])
