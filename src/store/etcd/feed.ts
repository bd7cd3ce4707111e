import { create } from '@bufbuild/protobuf'
import { prefixEnd } from '#base/byte-order'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { StoreError, type StoreEvent } from '../contract.ts'
import type { Endpoints, WatchStream } from './endpoints.ts'
import { type Event, type WatchResponse, WatchRequestSchema } from './gen/etcd_pb.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const empty = new Uint8Array()

/** Who is told by a feed. */
export interface FeedReader {
  /** Changes of whole revisions, ascending. */
  events(batch: readonly StoreEvent[]): void
  /** The feed is over and cannot be resumed. */
  ended(error: StoreError): void
}

/**
 * All changes under a prefix after a revision, over as many streams as it takes: after a break the next one begins
 * where the last one stopped.
 */
export class Feed {
  readonly #endpoints: Endpoints
  readonly #clock: Clock
  readonly #log: Log
  readonly #prefix: string
  readonly #reader: FeedReader
  #delivered: number
  #stream: WatchStream | undefined
  #cancelRetry: () => void = () => {}
  #retryMs = 0
  #over = false

  constructor(
    parts: {
      readonly endpoints: Endpoints
      readonly clock: Clock
      readonly log: Log
      readonly prefix: string
    },
    revision: number,
    reader: FeedReader,
  ) {
    this.#endpoints = parts.endpoints
    this.#clock = parts.clock
    this.#log = parts.log
    this.#prefix = parts.prefix
    this.#delivered = revision
    this.#reader = reader
    this.#connect()
  }

  /** The revision of the last change that was told, or where the feed began. */
  get delivered(): number {
    return this.#delivered
  }

  close(): void {
    this.#over = true
    this.#cancelRetry()
    this.#stream?.cancel()
  }

  #connect(): void {
    const stream = this.#endpoints.watch()
    this.#stream = stream
    stream.on('data', (response: WatchResponse) => {
      if (stream === this.#stream && !this.#over) this.#take(response)
    })
    stream.on('error', (error: Error) => this.#reconnect(stream, error.message))
    stream.on('end', () => this.#reconnect(stream, 'the stream ended'))
    stream.write(
      create(WatchRequestSchema, {
        requestUnion: {
          case: 'createRequest',
          value: {
            ...range(this.#prefix),
            startRevision: BigInt(this.#delivered + 1),
            prevKv: true,
          },
        },
      }),
    )
  }

  #reconnect(stream: WatchStream, why: string): void {
    if (this.#over || stream !== this.#stream) return
    this.#stream = undefined
    stream.cancel()
    this.#log.v(1, 'the watch on etcd broke, it goes on from where it was', {
      why,
      revision: this.#delivered,
    })
    this.#retryMs = Math.min(2000, Math.max(50, this.#retryMs * 2))
    this.#cancelRetry = this.#clock.after(this.#retryMs, () => this.#connect())
  }

  #take(response: WatchResponse): void {
    if (response.canceled) {
      const compacted = Number(response.compactRevision)
      if (compacted === 0) {
        this.#reconnect(this.#stream as WatchStream, response.cancelReason)
        return
      }
      this.close()
      const message = `revision ${this.#delivered} has been compacted, the oldest is ${compacted}`
      this.#reader.ended(new StoreError('compacted', message, { revision: compacted }))
      return
    }
    this.#retryMs = 0
    // A reconnected stream may begin with what has been told already.
    const batch = response.events.map(toEvent).filter((event) => event.revision > this.#delivered)
    if (batch.length === 0) return
    this.#delivered = (batch.at(-1) as StoreEvent).revision
    this.#reader.events(batch)
  }
}

/** A prefix as etcd's key and range end; the end of everything is a zero byte. */
export function range(prefix: string, from = prefix): { key: Uint8Array; rangeEnd: Uint8Array } {
  const end = prefixEnd(prefix)
  const key = encoder.encode(from)
  return {
    key: key.length === 0 ? new Uint8Array(1) : key,
    rangeEnd: end === undefined ? new Uint8Array(1) : encoder.encode(end),
  }
}

function toEvent({ type, kv, prevKv }: Event): StoreEvent {
  return {
    type: type === 1 ? 'delete' : 'put',
    key: decoder.decode(kv?.key),
    revision: Number(kv?.modRevision),
    value: type === 1 ? empty : (kv?.value ?? empty),
    // A deletion carries no creation revision of its own.
    createRevision: Number(type === 1 ? (prevKv?.createRevision ?? 0n) : kv?.createRevision),
    previous: prevKv?.value,
  }
}
