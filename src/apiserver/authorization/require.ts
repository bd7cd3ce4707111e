import { ApiError } from '#base/errors'
import type { Call } from '../call.ts'
import type { Filter, User } from '../chain/filter.ts'
import type { Access, Authorizer } from './contract.ts'
import { refusal } from './refusal.ts'
import { accessOf } from './request-access.ts'

/** A right that a request needs beside the one that its verb asked for. @throws ApiError Forbidden, InternalError. */
async function requireMore(authorizer: Authorizer, access: Access): Promise<void> {
  const { decision, reason, error } = await authorizer.authorize(access)
  if (decision === 'allow') return
  if (error !== undefined) {
    throw new ApiError('InternalError', `Internal error occurred: ${error.message}`, { cause: error })
  }
  throw refusal(access, reason)
}

/** An update or an apply that makes a new object takes the right to create one. @throws ApiError Forbidden. */
export async function requireCreate({ core, info, user }: Call): Promise<void> {
  if (user === undefined || info.verb === 'create') return
  await requireMore(core.authorizer, { ...accessOf({ info, user }), verb: 'create' })
}

const sessions: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward'])

/** A session in a container is no reading: who opens one by a GET, as WebSockets do, may create it, too. */
export const requireSession =
  (authorizer: Authorizer): Filter =>
  async (passing, next) => {
    const { info, user } = passing
    if (info.verb === 'get' && sessions.has(info.subresource)) {
      await requireMore(authorizer, { ...accessOf({ info, user: user as User }), verb: 'create' })
    }
    return next(passing)
  }
