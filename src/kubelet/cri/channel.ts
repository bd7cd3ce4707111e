import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf'
import { Client, credentials, type CallOptions } from '@grpc/grpc-js'
import { onCancel, type Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { noMetadata, toFault } from './fault.ts'

type Unary = DescMethod & { methodKind: 'unary' }
type Streaming = DescMethod & { methodKind: 'server_streaming' }

const pathOf = (method: DescMethod) => `/${method.parent.typeName}/${method.name}`

const encoder =
  <T extends DescMessage>(schema: T) =>
  (message: MessageShape<T>) =>
    Buffer.from(toBinary(schema, message))

const decoder =
  <T extends DescMessage>(schema: T) =>
  (bytes: Buffer) =>
    fromBinary(schema, bytes)

/** One connection to the runtime's socket; it comes back by itself when the runtime restarts. */
export class Channel {
  readonly #client: Client
  readonly #clock: Clock

  constructor(address: string, clock: Clock) {
    this.#clock = clock
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': 16 * 1024 * 1024,
      'grpc.max_send_message_length': 16 * 1024 * 1024,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 3000,
      // A socket of this machine needs no proxy and no name, which some runtimes refuse when it is a path.
      'grpc.default_authority': 'localhost',
      'grpc.enable_http_proxy': 0,
    })
  }

  /** Calls a method; without a deadline when `deadlineMs` is 0. @throws RuntimeFault, or the signal's reason. */
  call<M extends Unary>(
    method: M,
    request: MessageInitShape<M['input']>,
    deadlineMs: number,
    signal: Cancel,
  ): Promise<MessageShape<M['output']>> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const options: CallOptions = deadlineMs === 0 ? {} : { deadline: this.#clock.now() + deadlineMs }
      const call = this.#client.makeUnaryRequest(
        pathOf(method),
        encoder(method.input),
        decoder(method.output),
        create(method.input, request),
        noMetadata,
        options,
        (error, answer) => {
          release()
          if (signal.aborted) reject(signal.reason)
          else if (error) reject(toFault(error))
          else resolve(answer as MessageShape<M['output']>)
        },
      )
      const release = onCancel(signal, () => call.cancel())
    })
  }

  /** Calls `each` for every message of a stream until it ends. @throws RuntimeFault, or the signal's reason. */
  stream<M extends Streaming>(
    method: M,
    request: MessageInitShape<M['input']>,
    each: (message: MessageShape<M['output']>) => void,
    signal: Cancel,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const call = this.#client.makeServerStreamRequest(
        pathOf(method),
        encoder(method.input),
        decoder(method.output),
        create(method.input, request),
        noMetadata,
        {},
      )
      const release = onCancel(signal, () => call.cancel())
      call.on('data', each)
      call.on('end', () => {
        release()
        resolve()
      })
      call.on('error', (error) => {
        release()
        reject(signal.aborted ? signal.reason : toFault(error as Parameters<typeof toFault>[0]))
      })
    })
  }

  close(): void {
    this.#client.close()
  }
}
