import { badRequest } from '#base/errors'
import type {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
} from '#kinds/gen/authorization-v1'
import { aggregateText } from '../authorization/aggregate-text.ts'
import { accessOfReview } from '../authorization/review-access.ts'
import type { Call } from '../call.ts'
import type { User } from '../chain/filter.ts'
import { answerQuestion, readQuestion } from './question.ts'

/** What the server's own authorizers say of an access. */
async function statusOf({ core }: Call, spec: SubjectAccessReviewSpec, user: User) {
  const { access, faults } = accessOfReview(spec, user)
  const { decision, reason, error } = await core.authorizer.authorize(access)
  const errors = [...(error === undefined ? [] : [error.message]), ...faults]
  return {
    allowed: decision === 'allow',
    ...(decision === 'deny' && { denied: true }),
    ...(reason !== '' && { reason }),
    ...(errors.length > 0 && { evaluationError: aggregateText(errors) }),
  }
}

/** POST of a question after somebody's access. */
export async function reviewAccess(call: Call) {
  const review = await readQuestion<SubjectAccessReview | LocalSubjectAccessReview>(call)
  const { user: name = '', groups = [], uid = '', extra } = review.spec
  const named: User = { name, groups, ...(uid !== '' && { uid }), ...(extra && { extra }) }
  return answerQuestion(call, review, await statusOf(call, review.spec, named))
}

/** POST of a question after the asker's own access. */
export async function reviewOwnAccess(call: Call) {
  const review = await readQuestion<SelfSubjectAccessReview>(call)
  return answerQuestion(call, review, await statusOf(call, review.spec, call.user as User))
}

/** POST of a question after everything that the asker may do in a namespace. */
export async function reviewOwnRules(call: Call) {
  const review = await readQuestion<SelfSubjectRulesReview>(call)
  const { namespace = '' } = review.spec
  if (namespace === '') throw badRequest('no namespace on request')
  const known = call.core.authorizer.rulesFor(call.user as User, namespace)
  return answerQuestion(call, review, {
    resourceRules: known.resourceRules,
    nonResourceRules: known.nonResourceRules,
    incomplete: known.incomplete,
    ...(known.errors.length > 0 && { evaluationError: aggregateText(known.errors) }),
  })
}
