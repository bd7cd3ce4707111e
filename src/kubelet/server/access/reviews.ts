import { AnswerCache } from '#base/answer-cache'
import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Client } from '#client'
import type { TokenReview } from '#kinds/gen/authentication-v1'
import type { SubjectAccessReview } from '#kinds/gen/authorization-v1'
import type { User } from './user.ts'

/** How the API server is asked who somebody is and what they may do, and for how long its answers count. */
export interface ReviewOptions {
  readonly client: Client
  /** Whether bearer tokens are taken. */
  readonly tokens: boolean
  readonly tokenMs?: number
  readonly allowedMs?: number
  readonly deniedMs?: number
}

const tokenReviews = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'tokenreviews',
  namespaced: false,
} as const
const accessReviews = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'subjectaccessreviews',
  namespaced: false,
} as const

/** Asks the API server, and remembers what it said. */
export class Reviews {
  readonly #options: ReviewOptions
  readonly #users: AnswerCache<User | 'nobody'>
  readonly #verdicts: AnswerCache<boolean>

  constructor(options: ReviewOptions, clock: Clock) {
    this.#options = options
    this.#users = new AnswerCache(clock)
    this.#verdicts = new AnswerCache(clock)
  }

  /** Whose a token is; undefined for nobody's. @throws whatever the client throws. */
  async userOf(token: string, signal: Cancel): Promise<User | undefined> {
    const { client, tokens, tokenMs = 120_000 } = this.#options
    if (!tokens) return undefined
    let user = this.#users.get(token)
    if (user === undefined) {
      const review: TokenReview = {
        kind: 'TokenReview',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: {},
        spec: { token },
      }
      user = shown(await client.create<TokenReview>(tokenReviews, review, {}, signal))
      this.#users.set(token, user, tokenMs)
    }
    return user === 'nobody' ? undefined : user
  }

  /** Whether a user may do this to the subresource of a node. @throws whatever the client throws. */
  async allows(
    user: User,
    verb: string,
    node: string,
    subresource: string,
    signal: Cancel,
  ): Promise<boolean> {
    const { client, allowedMs = 300_000, deniedMs = 30_000 } = this.#options
    const { name, uid, groups, extra } = user
    const spec: SubjectAccessReview['spec'] = {
      resourceAttributes: { verb, version: 'v1', resource: 'nodes', subresource, name: node },
      user: name,
      groups: [...groups],
      ...(extra && { extra: extra as Record<string, string[]> }),
      ...(uid !== undefined && { uid }),
    }
    const key = JSON.stringify(spec)
    const known = this.#verdicts.get(key)
    if (known !== undefined) return known
    const review: SubjectAccessReview = {
      kind: 'SubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec,
    }
    const { status } = await client.create<SubjectAccessReview>(accessReviews, review, {}, signal)
    const isAllowed = status?.allowed === true && status.denied !== true
    this.#verdicts.set(key, isAllowed, isAllowed ? allowedMs : deniedMs)
    return isAllowed
  }
}

function shown({ status }: TokenReview): User | 'nobody' {
  if (status?.authenticated !== true) return 'nobody'
  const { username = '', uid, groups = [], extra } = status.user ?? {}
  return { name: username, groups, ...(uid !== undefined && { uid }), ...(extra && { extra }) }
}
