import type { Authorizer } from '../authorization/contract.ts'
import { accessOf } from '../authorization/request-access.ts'
import { impersonated } from '../impersonation/modes.ts'
import { wantedUserOf, withoutImpersonation } from '../impersonation/wanted-user.ts'
import type { Filter } from './filter.ts'

/** Takes a request for another user's, if it asks for that and its own user may. */
export const impersonate =
  (authorizer: Authorizer): Filter =>
  async (passing, next) => {
    const { request } = passing
    const wanted = wantedUserOf(request.headers)
    if (wanted === undefined) return next(passing)
    const user = await impersonated(authorizer, accessOf(passing), wanted)
    passing.audit?.trail.impersonates(user)
    const headers = withoutImpersonation(request.headers)
    return next({ ...passing, request: { ...request, headers }, user })
  }
