import { ApiError } from '#base/errors'
import type { Clock } from '#base/clock'
import type { Admission, AdmissionPlugin } from '../plugin.ts'
import type { EventLimit } from './settings.ts'
import { TokenBucket } from './token-bucket.ts'

const keptDefault = 4096

/** Turns events away that come too fast. @param limits each event passes all of them. */
export function eventRateLimit(limits: readonly EventLimit[], clock: Pick<Clock, 'now'>): AdmissionPlugin {
  const all = limits.map((limit) => new Limiter(limit))
  return {
    name: 'EventRateLimit',
    validate(admission) {
      const { call, operation, object } = admission
      if (call.kind.sourceOf === undefined || operation === 'DELETE' || !object) return
      // Every limit counts every event, also one that another limit refuses.
      const faults = all.flatMap((one) => one.refusal(admission, clock.now()) ?? [])
      const why = faults.at(-1)
      if (why !== undefined) throw new ApiError('TooManyRequests', `Too many requests: ${why}`)
    },
  }
}

class Limiter {
  readonly #limit: EventLimit
  /** The one that was asked for longest ago first. */
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(limit: EventLimit) {
    this.#limit = limit
  }

  refusal(admission: Admission, nowMs: number): string | undefined {
    const key = keys[this.#limit.type](admission)
    if (this.#bucket(key, nowMs).take(nowMs)) return undefined
    return `limit reached on type ${this.#limit.type} for key ${key}`
  }

  #bucket(key: string, nowMs: number): TokenBucket {
    const { qps, burst, cacheSize = 0 } = this.#limit
    const bucket = this.#buckets.get(key) ?? new TokenBucket(qps, burst, nowMs)
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > (cacheSize || keptDefault)) this.#buckets.delete(oldest as string)
    return bucket
  }
}

/** What each limit counts together. */
const keys: Readonly<Record<EventLimit['type'], (admission: Admission) => string>> = {
  Server: () => '',
  Namespace: ({ call }) => call.info.namespace,
  User: ({ call }) => call.user?.name ?? '',
  SourceAndObject: ({ call, object }) => (object && call.kind.sourceOf?.(object)) ?? '',
}
