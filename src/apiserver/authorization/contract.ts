import type { FieldRequirement } from '#schema/field-selector'
import type { Requirement } from '#schema/label-selector'
import type { User } from '../chain/filter.ts'

/** What somebody wants to do: a verb on a resource, or on a path that is none. */
export interface Access {
  readonly user: User
  readonly verb: string
  readonly isResource: boolean
  readonly group: string
  readonly version: string
  readonly namespace: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
  /** The decoded path; what counts where no resource is meant. */
  readonly path: string
  /** To which objects a list is narrowed, as far as that could be read. */
  readonly fields?: readonly FieldRequirement[]
  readonly labels?: readonly Requirement[]
}

/** What an authorizer says: `none` leaves it to the next one. */
export interface Verdict {
  readonly decision: 'allow' | 'deny' | 'none'
  /** Empty where there is nothing to say. */
  readonly reason: string
  /** What went wrong while deciding. */
  readonly error?: Error
}

/** Verbs on resources that somebody is allowed. */
export interface ResourceRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** Verbs on paths that somebody is allowed. */
export interface PathRule {
  readonly verbs: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

/** What an authorizer can tell of all that somebody may do in a namespace. */
export interface KnownRules {
  readonly resourceRules: readonly ResourceRule[]
  readonly nonResourceRules: readonly PathRule[]
  readonly incomplete: boolean
  readonly errors: readonly string[]
}

/** Decides who may do what. Answers at once where it can: most requests need no waiting. */
export interface Authorizer {
  authorize(access: Access): Verdict | Promise<Verdict>
  rulesFor(user: User, namespace: string): KnownRules
}

/** The verdict of an authorizer that has nothing to say. */
export const noOpinion: Verdict = { decision: 'none', reason: '' }

/** What an authorizer tells that knows of no rules. */
export const noRules: KnownRules = { resourceRules: [], nonResourceRules: [], incomplete: false, errors: [] }
