import type { Clock } from '#base/clock'
import type { Pod, ServiceAccountTokenProjection } from '#kinds/gen/core-v1'

/** A token as the API server gave it; times are milliseconds since 1970. */
export interface AccountToken {
  readonly token: string
  readonly expiresAt: number
}

/** What a token is asked for with. */
export interface TokenWish {
  readonly audiences: readonly string[]
  readonly expirationSeconds: number
}

/** Asks the API server for a token of the pod's service account, bound to the pod. */
export type AskToken = (pod: Pod, wish: TokenWish) => Promise<AccountToken>

interface Held extends AccountToken {
  readonly askedAt: number
}

const dayMs = 86_400_000
const secondsDefault = 3600

/** True once a token has lived 80 % of its life, or a day. */
export const isDue = ({ askedAt, expiresAt }: Held, now: number): boolean =>
  now - askedAt >= Math.min(dayMs, (expiresAt - askedAt) * 0.8)

/** The tokens of the pods' service accounts, each asked for anew before it ends. */
export class AccountTokens {
  readonly #ask: AskToken
  readonly #clock: Clock
  /** By the pod's uid, then by what was asked for. */
  readonly #held = new Map<string, Map<string, Held>>()

  constructor(ask: AskToken, clock: Clock) {
    this.#ask = ask
    this.#clock = clock
  }

  /** A token that is good for some time to come; the one before it for as long as no new one is to be had. */
  async get(pod: Pod, { audience = '', expirationSeconds }: ServiceAccountTokenProjection): Promise<string> {
    const wish = {
      audiences: audience === '' ? [] : [audience],
      expirationSeconds: expirationSeconds ?? secondsDefault,
    }
    return (await this.for(pod, wish)).token
  }

  /** The same, with when it ends. */
  async for(pod: Pod, wish: TokenWish): Promise<AccountToken> {
    const uid = pod.metadata.uid ?? ''
    const key = JSON.stringify([wish.audiences, wish.expirationSeconds])
    const held = this.#held.get(uid)?.get(key)
    const askedAt = this.#clock.now()
    if (held !== undefined && !isDue(held, askedAt)) return held
    try {
      const fresh = { ...(await this.#ask(pod, wish)), askedAt }
      this.#held.set(uid, (this.#held.get(uid) ?? new Map<string, Held>()).set(key, fresh))
      return fresh
    } catch (error) {
      if (held === undefined || held.expiresAt <= askedAt) throw error
      return held
    }
  }

  /** Forgets the tokens of a pod. */
  forget(uid: string): void {
    this.#held.delete(uid)
  }
}
