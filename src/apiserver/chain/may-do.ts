import type { User } from './filter.ts'

/** Whether somebody may do something, and why not. */
export interface Decision {
  readonly allowed: boolean
  /** Empty where there is nothing to say. */
  readonly reason: string
}

/** One mode that allows is enough; administrators may do everything. */
export function mayDo(modes: readonly string[], user: User | undefined): Decision {
  if (user?.groups.includes('system:masters') === true || modes.includes('AlwaysAllow')) {
    return { allowed: true, reason: '' }
  }
  return { allowed: false, reason: 'Everything is forbidden.' }
}
