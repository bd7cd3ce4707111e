import { badRequest } from '#base/errors'
import type { TokenReview } from '#kinds/gen/authentication-v1'
import { identify } from '../account-tokens/identify.ts'
import type { Call } from '../call.ts'
import type { User } from '../chain/filter.ts'
import { answerQuestion, readQuestion } from './question.ts'

const shown = ({ name, groups, uid = '', extra }: User) => ({
  username: name,
  ...(uid !== '' && { uid }),
  groups,
  ...(extra && { extra }),
})

/** POST of the question who the asker is. */
export async function reviewSelf(call: Call) {
  const review = await readQuestion(call)
  const { user } = call
  return answerQuestion(call, review, { userInfo: user ? shown(user) : {} })
}

/** POST of the question whose a token is. */
export async function reviewToken(call: Call) {
  const review = await readQuestion<TokenReview>(call)
  const { token, audiences } = review.spec
  if (token === '') throw badRequest('token is required for TokenReview in authentication')
  const found = await identify(call.core, token, audiences)
  if (found === undefined) return answerQuestion(call, review, { user: {}, error: 'invalid bearer token' })
  const { user } = found
  const groups = [...new Set([...user.groups, 'system:authenticated'])]
  const status = { authenticated: true, user: shown({ ...user, groups }), audiences: found.audiences }
  return answerQuestion(call, review, status)
}
