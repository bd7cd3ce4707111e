import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Clock } from '#base/clock'
import { type Log, silent } from '#base/log'
import {
  type Item,
  type ListOptions,
  type Page,
  type Store,
  StoreError,
  type Watch,
  type Watcher,
} from '../contract.ts'
import { refuseLarge, requireAbsent, requireCurrent } from '../refusals.ts'
import { Compactor } from './compactor.ts'
import { Endpoints, type EtcdTls, calls } from './endpoints.ts'
import { isLeaseGone, toStoreError } from './faults.ts'
import { range } from './feed.ts'
import type { KeyValue, RequestOpSchema } from './gen/etcd_pb.ts'
import { WatchHub } from './hub.ts'
import { Leases } from './leases.ts'

/** What a store on etcd is given. */
export interface EtcdStoreOptions {
  /** `http://127.0.0.1:2379`, `https://…`; several members of one cluster. */
  readonly endpoints: readonly string[]
  /** Everything that is watched is under this (default: all of etcd); the engine keeps a key of its own there. */
  readonly prefix?: string
  readonly clock: Clock
  readonly log?: Log
  readonly tls?: EtcdTls
  readonly timeoutMs?: number
  /** How often history is compacted; 0 leaves that to somebody else. */
  readonly compactionIntervalMs?: number
  readonly leaseReuseSeconds?: number
}

type Operation = MessageInitShape<typeof RequestOpSchema>

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const none = new Uint8Array()

/** A store on an etcd cluster. Gives it at once; calls fail with `unavailable` while etcd cannot be reached. */
export function openEtcdStore(options: EtcdStoreOptions): Store {
  return new EtcdStore(options)
}

class EtcdStore implements Store {
  readonly #endpoints: Endpoints
  readonly #leases: Leases
  readonly #hub: WatchHub
  readonly #compactor: Compactor | undefined

  constructor(options: EtcdStoreOptions) {
    const { clock, log = silent, prefix = '', compactionIntervalMs = 300_000 } = options
    this.#endpoints = new Endpoints(options.endpoints, options.tls, clock, options.timeoutMs ?? 5000)
    const endpoints = this.#endpoints
    this.#leases = new Leases(endpoints, clock, options.leaseReuseSeconds ?? 60)
    const barrier = encoder.encode(`${prefix}kubeling/barrier`)
    this.#hub = new WatchHub({
      endpoints,
      clock,
      log,
      prefix,
      revision: () => this.revision(),
      writeBarrier: async () => {
        const put: Operation = { request: { case: 'requestPut', value: { key: barrier, value: none } } }
        await endpoints.write(calls.txn, { success: [put] })
      },
    })
    if (compactionIntervalMs > 0) this.#compactor = new Compactor(endpoints, clock, log, compactionIntervalMs)
  }

  async get(key: string) {
    const answer = await this.#read({ key: encoder.encode(key) })
    const found = answer.kvs[0]
    return { item: found && toItem(found), revision: Number(answer.header?.revision) }
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page> {
    const { limit = 0, revision = 0, countOnly = false } = options
    const from = options.from !== undefined && options.from > prefix ? options.from : prefix
    const answer = await this.#read({
      ...range(prefix, from),
      limit: BigInt(limit),
      revision: BigInt(revision),
      countOnly,
    })
    return {
      items: answer.kvs.map(toItem),
      revision: revision || Number(answer.header?.revision),
      more: answer.more,
      count: Number(answer.count),
    }
  }

  async create(key: string, value: Uint8Array, options: { ttlSeconds?: number } = {}): Promise<number> {
    refuseLarge(key, value)
    const { revision, current } = await this.#put(key, value, 0, options.ttlSeconds)
    if (revision !== undefined) return revision
    requireAbsent(key, current)
    throw new StoreError('unavailable', `etcd refused to create ${JSON.stringify(key)} and has no such key`)
  }

  async update(
    key: string,
    value: Uint8Array,
    expected: number,
    options: { ttlSeconds?: number } = {},
  ): Promise<number> {
    refuseLarge(key, value)
    const { revision, current } = await this.#put(key, value, existing(expected), options.ttlSeconds)
    return revision ?? refused(key, current, expected)
  }

  async delete(key: string, expected: number): Promise<number> {
    const operation: Operation = {
      request: { case: 'requestDeleteRange', value: { key: encoder.encode(key) } },
    }
    const { revision, current } = await this.#swap(key, existing(expected), operation).catch(rethrow)
    return revision ?? refused(key, current, expected)
  }

  watch(prefix: string, revision: number, watcher: Watcher): Watch {
    return this.#hub.add(prefix, revision, watcher)
  }

  async compact(revision: number): Promise<void> {
    await this.#endpoints.write(calls.compact, { revision: BigInt(revision) }).catch(rethrow)
  }

  async revision(): Promise<number> {
    const answer = await this.#read({ key: encoder.encode('kubeling/revision'), countOnly: true })
    return Number(answer.header?.revision)
  }

  async health(): Promise<void> {
    await this.revision()
  }

  async size(): Promise<number> {
    const { dbSize } = await this.#endpoints.read(calls.status, {}).catch(rethrow)
    return Number(dbSize)
  }

  async close(): Promise<void> {
    this.#compactor?.stop()
    this.#hub.close()
    this.#endpoints.close()
  }

  #read(request: MessageInitShape<typeof calls.range.input>) {
    return this.#endpoints.read(calls.range, request).catch(rethrow)
  }

  async #put(key: string, value: Uint8Array, expected: number, ttlSeconds: number | undefined) {
    for (let again = false; ; again = true) {
      try {
        const lease = ttlSeconds === undefined ? 0n : await this.#leases.take(ttlSeconds)
        const put = { key: encoder.encode(key), value, lease }
        return await this.#swap(key, expected, { request: { case: 'requestPut', value: put } })
      } catch (error) {
        if (again || !isLeaseGone(error)) return rethrow(error)
        this.#leases.forget()
      }
    }
  }

  /** Does the operation when the key was last written at `expected` (0: is absent); otherwise gives what is there. */
  async #swap(
    key: string,
    expected: number,
    operation: Operation,
  ): Promise<{ revision?: number; current?: Item | undefined }> {
    const bytes = encoder.encode(key)
    const answer = await this.#endpoints.write(calls.txn, {
      compare: [{ key: bytes, target: 2, targetUnion: { case: 'modRevision', value: BigInt(expected) } }],
      success: [operation],
      failure: [{ request: { case: 'requestRange', value: { key: bytes } } }],
    })
    if (answer.succeeded) return { revision: Number(answer.header?.revision) }
    const found = answer.responses[0]?.response
    const kv = found?.case === 'responseRange' ? found.value.kvs[0] : undefined
    return { current: kv && toItem(kv) }
  }
}

/** Says why a write was refused. @throws StoreError always. */
function refused(key: string, current: Item | undefined, expected: number): never {
  requireCurrent(key, current, expected)
  throw new StoreError('unavailable', `etcd refused to write ${JSON.stringify(key)} at its own revision`)
}

/** Zero means absence to etcd, and is no revision that a key can have: nothing matches then. */
const existing = (expected: number) => (expected > 0 ? expected : -1)

function rethrow(error: unknown): never {
  throw toStoreError(error)
}

const toItem = (kv: KeyValue): Item => ({
  key: decoder.decode(kv.key),
  value: kv.value,
  revision: Number(kv.modRevision),
  createRevision: Number(kv.createRevision),
})
