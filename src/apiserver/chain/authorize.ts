import type { Authorizer } from '../authorization/contract.ts'
import { refusal, undecided } from '../authorization/refusal.ts'
import { accessOf } from '../authorization/request-access.ts'
import type { Filter, Passing } from './filter.ts'

/** Lets through what a user may do. */
export const authorize =
  (authorizer: Authorizer): Filter =>
  async (passing, next) => {
    const access = accessOf(passing)
    const asked = authorizer.authorize(access)
    const { decision, reason, error } = asked instanceof Promise ? await asked : asked
    note(passing, decision === 'allow' ? 'allow' : 'forbid', error === undefined ? reason : 'internal error')
    if (decision === 'allow') return next(passing)
    if (error !== undefined) return undecided(passing.request.url, error)
    throw refusal(access, reason)
  }

function note({ audit }: Passing, decision: string, reason: string): void {
  if (audit === undefined) return
  audit.trail.annotate('authorization.k8s.io/decision', decision)
  audit.trail.annotate('authorization.k8s.io/reason', reason)
}
