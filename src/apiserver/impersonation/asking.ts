import type { Access, Authorizer } from '../authorization/contract.ts'
import { refusal } from '../authorization/refusal.ts'
import type { User } from '../chain/filter.ts'

/** How one way of impersonation asks: with which verb, and in whose place. */
export interface Asking {
  readonly authorizer: Authorizer
  readonly requestor: User
  /** `impersonate`, or one of the verbs of constrained impersonation. */
  readonly verb: string
}

/** From so many values on, one question for all of them is tried first. */
export const many = 4

/** Whether the narrow rules of constrained impersonation count. */
export const isConstrained = ({ verb }: Asking) => verb !== 'impersonate'

/** @throws ApiError Forbidden when an access is not allowed. */
export async function requireAccess(authorizer: Authorizer, access: Access): Promise<void> {
  const { decision, reason, error } = await authorizer.authorize(access)
  if (decision === 'allow') return
  const why = error === undefined ? reason : [error.message, reason].filter((one) => one !== '').join(': ')
  throw refusal(access, why)
}

/** Whether one question for everything is answered well. */
export const isAllowed = ({ authorizer }: Asking, access: Access): Promise<boolean> =>
  requireAccess(authorizer, access).then(
    () => true,
    () => false,
  )
