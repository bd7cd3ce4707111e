import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { type Endpoints, calls } from './endpoints.ts'
import { toStoreError } from './faults.ts'

const encoder = new TextEncoder()
// Upstream's key: API servers of either make share one compaction, decided by who first writes its next version.
const key = encoder.encode('compact_rev_key')

/** Forgets history older than one interval, once per interval for all API servers of a cluster together. */
export class Compactor {
  readonly #endpoints: Endpoints
  readonly #clock: Clock
  readonly #log: Log
  readonly #intervalMs: number
  /** The version of the key, and etcd's revision, when this server last looked. */
  #version = 0n
  #revision = 0n
  #cancel: () => void = () => {}
  #stopped = false

  constructor(endpoints: Endpoints, clock: Clock, log: Log, intervalMs: number) {
    this.#endpoints = endpoints
    this.#clock = clock
    this.#log = log
    this.#intervalMs = intervalMs
    this.#arm()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  #arm(): void {
    if (this.#stopped) return
    this.#cancel = this.#clock.after(this.#intervalMs, () => void this.#turn(), { unref: true })
  }

  async #turn(): Promise<void> {
    try {
      await this.#compact()
    } catch (error) {
      const fault = toStoreError(error)
      if (fault.code !== 'compacted') this.#log.warn('compaction of etcd failed', { error: fault.message })
    }
    this.#arm()
  }

  async #compact(): Promise<void> {
    const value = encoder.encode(String(this.#revision))
    const answer = await this.#endpoints.write(calls.txn, {
      compare: [{ key, target: 0, targetUnion: { case: 'version', value: this.#version } }],
      success: [{ request: { case: 'requestPut', value: { key, value } } }],
      failure: [{ request: { case: 'requestRange', value: { key } } }],
    })
    const before = this.#revision
    this.#revision = answer.header?.revision ?? 0n
    if (!answer.succeeded) {
      const found = answer.responses[0]?.response
      this.#version = (found?.case === 'responseRange' ? found.value.kvs[0]?.version : undefined) ?? 0n
      return
    }
    this.#version++
    if (before > 0n) await this.#endpoints.write(calls.compact, { revision: before })
  }
}
