import type { Clock } from '#base/clock'
import { type Endpoints, calls } from './endpoints.ts'

const keysMax = 1000

/** Leases for keys with a time to live; keys that expire within the same minute share one. */
export class Leases {
  readonly #endpoints: Endpoints
  readonly #clock: Clock
  readonly #reuseSeconds: number
  #shared: { readonly lease: Promise<bigint>; readonly endMs: number; keys: number } | undefined

  constructor(endpoints: Endpoints, clock: Clock, reuseSeconds: number) {
    this.#endpoints = endpoints
    this.#clock = clock
    this.#reuseSeconds = reuseSeconds
  }

  /** A lease that ends after `ttlSeconds`, and at most the reuse span later. */
  take(ttlSeconds: number): Promise<bigint> {
    const endMs = this.#clock.monotonic() + ttlSeconds * 1000
    const { lease, endMs: sharedEndMs, keys } = this.#shared ?? { keys: 0, endMs: 0 }
    const fits = endMs <= sharedEndMs && endMs > sharedEndMs - this.#reuseSeconds * 1000
    if (lease !== undefined && fits && keys < keysMax) {
      if (this.#shared) this.#shared.keys++
      return lease
    }
    return this.#grant(ttlSeconds + this.#reuseSeconds)
  }

  /** Forgets the shared lease: etcd has none of that name. */
  forget(): void {
    this.#shared = undefined
  }

  #grant(ttlSeconds: number): Promise<bigint> {
    const endMs = this.#clock.monotonic() + ttlSeconds * 1000
    const lease = this.#endpoints
      .write(calls.leaseGrant, { ttl: BigInt(Math.ceil(ttlSeconds)) })
      .then(({ id }) => id)
    const shared = { lease, endMs, keys: 1 }
    this.#shared = shared
    lease.catch(() => {
      if (this.#shared === shared) this.#shared = undefined
    })
    return lease
  }
}
