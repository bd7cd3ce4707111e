import { badRequest } from '#base/errors'
import type {
  LocalSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
} from '#kinds/gen/authorization-v1'
import type { Call } from '../call.ts'
import { type Decision, mayDo } from '../chain/may-do.ts'
import type { User } from '../chain/filter.ts'
import { answerQuestion, readQuestion } from './question.ts'

const modesOf = ({ core }: Call) => core.parts.options.authorization ?? ['AlwaysAllow']

const statusOf = ({ allowed, reason }: Decision) => ({ allowed, ...(reason !== '' && { reason }) })

/** POST of a question after somebody's access, of the asker's own or of another's. */
export async function reviewAccess(call: Call) {
  const review = await readQuestion<SubjectAccessReview | LocalSubjectAccessReview>(call)
  const { user, groups } = review.spec
  const named: User = { name: user ?? '', groups: groups ?? [] }
  return answerQuestion(call, review, statusOf(mayDo(modesOf(call), named)))
}

/** POST of a question after the asker's own access. */
export async function reviewOwnAccess(call: Call) {
  const review = await readQuestion(call)
  return answerQuestion(call, review, statusOf(mayDo(modesOf(call), call.user)))
}

const all = ['*']

/** POST of a question after everything that the asker may do in a namespace. */
export async function reviewOwnRules(call: Call) {
  const review = await readQuestion<SelfSubjectRulesReview>(call)
  if ((review.spec.namespace ?? '') === '') throw badRequest('no namespace on request')
  const { allowed } = mayDo(modesOf(call), call.user)
  return answerQuestion(call, review, {
    resourceRules: allowed ? [{ verbs: all, apiGroups: all, resources: all }] : [],
    nonResourceRules: allowed ? [{ verbs: all, nonResourceURLs: all }] : [],
    incomplete: false,
  })
}
