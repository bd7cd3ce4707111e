import { type DescMessage, type MessageShape, create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { MessageInitShape } from '@bufbuild/protobuf'
import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  Metadata,
  credentials,
} from '@grpc/grpc-js'
import type { Clock } from '#base/clock'
import {
  CompactionRequestSchema,
  CompactionResponseSchema,
  LeaseGrantRequestSchema,
  LeaseGrantResponseSchema,
  RangeRequestSchema,
  RangeResponseSchema,
  StatusRequestSchema,
  StatusResponseSchema,
  TxnRequestSchema,
  TxnResponseSchema,
  type WatchRequest,
  WatchRequestSchema,
  type WatchResponse,
  WatchResponseSchema,
} from './gen/etcd_pb.ts'
import { isEndpointFault } from './faults.ts'

/** PEM files' contents for TLS; parts that are not given are left to the platform. */
export interface EtcdTls {
  readonly ca?: Uint8Array | string
  readonly certificate?: Uint8Array | string
  readonly key?: Uint8Array | string
}

interface Call<I extends DescMessage, O extends DescMessage> {
  readonly path: string
  readonly input: I
  readonly output: O
}

const call = <I extends DescMessage, O extends DescMessage>(
  path: string,
  input: I,
  output: O,
): Call<I, O> => ({
  path: `/etcdserverpb.${path}`,
  input,
  output,
})

/** The calls of etcd's API that we make. */
export const calls = {
  range: call('KV/Range', RangeRequestSchema, RangeResponseSchema),
  txn: call('KV/Txn', TxnRequestSchema, TxnResponseSchema),
  compact: call('KV/Compact', CompactionRequestSchema, CompactionResponseSchema),
  leaseGrant: call('Lease/LeaseGrant', LeaseGrantRequestSchema, LeaseGrantResponseSchema),
  status: call('Maintenance/Status', StatusRequestSchema, StatusResponseSchema),
} as const

/** A watch stream to one member. */
export type WatchStream = ClientDuplexStream<WatchRequest, WatchResponse>

/** A member that is cut off is noticed within nine seconds; etcd takes offence at pings more often than every five. */
const channelOptions = {
  'grpc.keepalive_time_ms': 6_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
}

/** The members of the cluster: a call goes to the one that answered last, and to the next when it fails. */
export class Endpoints {
  readonly #clients: readonly Client[]
  readonly #clock: Clock
  readonly #timeoutMs: number
  #current = 0

  constructor(urls: readonly string[], tls: EtcdTls | undefined, clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#clients = urls.map((url) => new Client(targetOf(url), credentialsFor(url, tls), channelOptions))
  }

  /** A call that changes nothing: tried on each member before it fails. @throws ServiceError */
  async read<I extends DescMessage, O extends DescMessage>(
    one: Call<I, O>,
    request: MessageInitShape<I>,
  ): Promise<MessageShape<O>> {
    for (let tries = this.#clients.length; ; tries--) {
      try {
        return await this.write(one, request)
      } catch (error) {
        if (tries <= 1 || !isEndpointFault(error)) throw error
      }
    }
  }

  /** A call that is made once, because after a fault nobody knows whether it took place. @throws ServiceError */
  write<I extends DescMessage, O extends DescMessage>(
    one: Call<I, O>,
    request: MessageInitShape<I>,
  ): Promise<MessageShape<O>> {
    const at = this.#current
    return new Promise((resolve, reject) => {
      ;(this.#clients[at] as Client).makeUnaryRequest(
        one.path,
        (message: MessageShape<I>) => Buffer.from(toBinary(one.input, message)),
        (bytes: Buffer) => fromBinary(one.output, bytes),
        create(one.input, request),
        new Metadata(),
        { deadline: this.#clock.now() + this.#timeoutMs },
        (error, response) => {
          if (response !== undefined && !error) resolve(response)
          else {
            if (isEndpointFault(error)) this.#leave(at)
            reject(error ?? new Error('no answer'))
          }
        },
      )
    })
  }

  /** Opens a watch stream to the current member; when it breaks, the next one goes to another. */
  watch(): WatchStream {
    const at = this.#current
    const stream = (this.#clients[at] as Client).makeBidiStreamRequest(
      '/etcdserverpb.Watch/Watch',
      (message: WatchRequest) => Buffer.from(toBinary(WatchRequestSchema, message)),
      (bytes: Buffer) => fromBinary(WatchResponseSchema, bytes),
      new Metadata(),
    )
    stream.once('error', (error) => {
      if (isEndpointFault(error)) this.#leave(at)
    })
    return stream
  }

  close(): void {
    for (const client of this.#clients) client.close()
  }

  #leave(at: number): void {
    if (this.#current === at) this.#current = (at + 1) % this.#clients.length
  }
}

/** `https://10.0.0.1:2379` as gRPC names it; unix sockets stay as they are. */
function targetOf(url: string): string {
  const bare = url.replace(/^https?:\/\//, '').replace(/\/+$/, '')
  return bare.startsWith('unix:') ? bare : `dns:${bare}`
}

function credentialsFor(url: string, tls: EtcdTls | undefined): ChannelCredentials {
  if (!url.startsWith('https://') && !(tls && !url.startsWith('http://'))) return credentials.createInsecure()
  const bytes = (part: Uint8Array | string | undefined) => (part === undefined ? null : Buffer.from(part))
  return credentials.createSsl(bytes(tls?.ca), bytes(tls?.key), bytes(tls?.certificate))
}
