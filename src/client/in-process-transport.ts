import { type Duplex, duplexPair } from 'node:stream'
import { type Cancel, onCancel } from '#base/cancel'
import { ApiError } from '#base/errors'
import type { HttpBody, HttpHandler, HttpRequest, Peer, Sink } from '#base/http'
import type { ClientRequest, ClientResponse, Transport, Upgraded } from './contract.ts'
import { parseHead } from './parse-head.ts'
import { toRefusal } from './refusal.ts'

/** An API server in this process, as its `handle` and `upgrade`. */
export interface InProcessServer {
  readonly handle: HttpHandler
  upgrade(request: HttpRequest, socket: Duplex, head: Uint8Array): Promise<void>
}

/** Carries requests to an API server in this process by function calls: no socket, no TLS, no copy of bodies. */
export function inProcessTransport(
  server: InProcessServer,
  user = { name: 'system:admin', groups: ['system:masters', 'system:authenticated'] },
): Transport {
  const peer: Peer = { address: '127.0.0.1', secure: true, user }
  return {
    async request(request, signal) {
      const gone = new AbortController()
      const release = onCancel(signal, () => gone.abort(signal.reason))
      const answer = await server.handle(toHttpRequest(request, peer, gone.signal))
      return {
        status: answer.status,
        headers: answer.headers,
        body: bodyOf(answer.body, signal, () => {
          release()
          gone.abort()
        }),
      } satisfies ClientResponse
    },
    upgrade: (request, signal) => upgrade(server, request, peer, signal),
    close() {},
  }
}

function toHttpRequest(request: ClientRequest, peer: Peer, signal: Cancel): HttpRequest {
  const body = request.body ?? new Uint8Array(0)
  return {
    method: request.method,
    url: request.path,
    headers: request.headers ?? {},
    async body(bytesMax) {
      if (body.length <= bytesMax) return body
      throw new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${bytesMax}`)
    },
    signal,
    peer,
  }
}

/** The body's pieces; `done` runs when they have been read or nobody wants more. */
async function* bodyOf(body: HttpBody, signal: Cancel, done: () => void): AsyncGenerator<Uint8Array> {
  try {
    if (body instanceof Uint8Array) yield body
    else if (Array.isArray(body)) yield* body as readonly Uint8Array[]
    else yield* streamed(body as { start: (sink: Sink) => void }, signal)
  } finally {
    done()
  }
}

/** How much is kept for a reader that does not come before the writer is told to wait. */
const bufferedBytesMax = 1024 * 1024

async function* streamed(
  { start }: { start: (sink: Sink) => void },
  signal: Cancel,
): AsyncGenerator<Uint8Array> {
  const pipe = new Pipe()
  const release = onCancel(signal, () => pipe.end())
  try {
    start(pipe)
    for (;;) {
      for (const chunk of pipe.take()) yield chunk
      if (signal.aborted) throw signal.reason
      if (pipe.isSpent) return
      await pipe.more()
    }
  } finally {
    release()
    pipe.end()
  }
}

/** What a server writes and a reader in the same process takes. */
class Pipe implements Sink {
  #chunks: Uint8Array[] = []
  #bytes = 0
  #isEnded = false
  #wake: () => void = () => {}
  #drained: (() => void)[] = []
  #closed: (() => void)[] = []

  get isSpent(): boolean {
    return this.#isEnded && this.#chunks.length === 0
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isEnded) return true
    this.#chunks.push(bytes)
    this.#bytes += bytes.length
    this.#wake()
    return this.#bytes < bufferedBytesMax
  }

  onDrain(run: () => void): void {
    this.#drained.push(run)
  }

  onClose(run: () => void): void {
    if (this.#isEnded) run()
    else this.#closed.push(run)
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#wake()
    for (const run of this.#closed.splice(0)) run()
  }

  cut(): void {
    this.#chunks = []
    this.end()
  }

  /** What was written since, and room for more. */
  take(): Uint8Array[] {
    const chunks = this.#chunks
    this.#chunks = []
    this.#bytes = 0
    for (const run of this.#drained.splice(0)) run()
    return chunks
  }

  /** Resolves when there is something to take or nothing will come. */
  more(): Promise<void> {
    if (this.#chunks.length > 0 || this.#isEnded) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

async function upgrade(
  server: InProcessServer,
  request: ClientRequest,
  peer: Peer,
  signal: Cancel,
): Promise<Upgraded> {
  const [ours, theirs] = duplexPair()
  const gone = new AbortController()
  const release = onCancel(signal, () => ours.destroy(signal.reason as Error))
  ours.once('close', () => {
    release()
    gone.abort()
    theirs.destroy()
  })
  const headers = { connection: 'Upgrade', ...request.headers }
  server
    .upgrade(toHttpRequest({ ...request, headers }, peer, gone.signal), theirs, new Uint8Array(0))
    .catch((error: unknown) => ours.destroy(error as Error))
  const head = await parseHead(ours)
  if (head.status === 101) return { headers: head.headers, socket: ours }
  throw await toRefusal(head.status, ours)
}
