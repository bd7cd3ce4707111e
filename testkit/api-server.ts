import type {
  ApiServer,
  ApiServerOptions,
  Auditor,
  Presentation,
  Route,
  Subresource,
  TokenReader,
  TokenReviewer,
} from '#apiserver'
import { createApiServer, newTokenKey, TokenAuthority } from '#apiserver'
import { ApiError, type Status } from '#base/errors'
import type { Headers, HttpRequest, HttpResponse, Sink } from '#base/http'
import { type Log, silent } from '#base/log'
import { kinds } from '#kinds'
import type { KindDef } from '#kinds/define'
import type { KubeObject } from '#schema/object'
import { openMemoryStore, type Store } from '#store'
import { seededRandom } from './seeded-random.ts'
import { settled, VirtualClock } from './virtual-clock.ts'

/** An answer that has come whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body parsed; undefined when it is no JSON. */
  readonly json: unknown
}

/** A list as it comes over the wire. */
export interface WireList {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: {
    readonly resourceVersion?: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly items: readonly KubeObject[]
}

/** One line of a watch. */
export interface WireEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubeObject & Partial<Omit<Status, 'metadata' | 'kind' | 'apiVersion'>>
}

/** What a test may choose about the server. */
export interface TestApiParts {
  readonly clock?: VirtualClock
  readonly store?: Store
  readonly kinds?: readonly KindDef[]
  readonly options?: Partial<ApiServerOptions>
  readonly subresources?: Readonly<Record<string, Subresource>>
  readonly routes?: readonly Route[]
  readonly log?: Log
  readonly presentation?: Presentation
  readonly tokens?: TokenReader
  readonly accountTokens?: TokenAuthority
  readonly tokenReviewer?: TokenReviewer
  readonly auditor?: Auditor
}

/** A request's parts that are seldom needed. */
export interface Sent {
  readonly headers?: Headers
  readonly signal?: AbortSignal
  /** Over the port that asks who asks; the other one trusts everybody. */
  readonly secure?: boolean
}

const bodyTooLarge = (bytesMax: number) =>
  new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${bytesMax}`)

/** An API server on a memory store, a clock that stands still and seeded randomness; asked without a socket. */
export class TestApi {
  readonly server: ApiServer
  readonly clock: VirtualClock
  readonly store: Store

  private constructor(server: ApiServer, clock: VirtualClock, store: Store) {
    this.server = server
    this.clock = clock
    this.store = store
  }

  static async start(parts: TestApiParts = {}): Promise<TestApi> {
    const clock = parts.clock ?? new VirtualClock()
    const store = parts.store ?? openMemoryStore({ clock })
    const server = await createApiServer({
      store,
      clock,
      kinds: parts.kinds ?? kinds,
      random: seededRandom(1),
      log: parts.log ?? silent,
      routes: () => parts.routes ?? [],
      subresources: parts.subresources ?? {},
      presentation: parts.presentation,
      tokens: parts.tokens,
      tokenReviewer: parts.tokenReviewer,
      auditor: parts.auditor,
      accountTokens:
        parts.accountTokens ?? new TokenAuthority({ key: newTokenKey(), issuer: 'https://test' }),
      options: {
        etcdPrefix: '/registry',
        compat: undefined,
        requestTimeoutMs: 60_000,
        watchTimeoutMinMs: 30 * 60_000,
        eventTtlSeconds: 3_600,
        admission: ['AlwaysAdmit', 'NamespaceLifecycle'],
        allowPrivileged: true,
        ...parts.options,
      },
    })
    return new TestApi(server, clock, store)
  }

  /** Sends a request and reads the answer whole. A text body goes as it is, anything else as JSON. */
  async call(method: string, url: string, body?: unknown, sent: Sent = {}): Promise<Answer> {
    const { status, headers, body: bytes } = await this.send(method, url, body, sent)
    const text = bodyText(bytes)
    return { status, headers, text, json: parsed(text) }
  }

  /** The parsed answer of a request that must succeed. @throws ApiError with the server's words when it does not. */
  async ok<T = KubeObject>(method: string, url: string, body?: unknown, sent: Sent = {}): Promise<T> {
    const answer = await this.call(method, url, body, sent)
    if (answer.status < 300) return answer.json as T
    throw new ApiError('', `${method} ${url}: ${answer.status} ${answer.text}`, { code: answer.status })
  }

  list(url: string): Promise<WireList> {
    return this.ok<WireList>('GET', url)
  }

  /** Sends a request and gives the answer as the server made it. */
  async send(method: string, url: string, body?: unknown, sent: Sent = {}): Promise<HttpResponse> {
    const bytes = body === undefined ? new Uint8Array(0) : toBytes(body)
    const request: HttpRequest = {
      method,
      url,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...sent.headers },
      async body(bytesMax) {
        if (bytes.length > bytesMax) throw bodyTooLarge(bytesMax)
        return bytes
      },
      signal: sent.signal ?? new AbortController().signal,
      peer: { address: '127.0.0.1', secure: sent.secure ?? false },
    }
    return this.server.handle(request)
  }

  /** Opens a watch. @throws AssertionError-like ApiError when the answer is no stream. */
  async watch(url: string, sent: Sent = {}): Promise<Watching> {
    const response = await this.send('GET', url, undefined, sent)
    if (response.status !== 200 || !('start' in response.body)) {
      throw new ApiError('', `GET ${url}: ${response.status} ${bodyText(response.body)}`, {
        code: response.status,
      })
    }
    const watching = new Watching(response.headers)
    response.body.start(watching)
    await settled()
    return watching
  }
}

/** The receiving end of a watch: everything that has come, as parsed lines. */
export class Watching implements Sink {
  readonly headers: Headers
  readonly events: WireEvent[] = []
  /** The lines as they came. */
  readonly lines: string[] = []
  ended = false
  /** A reader that takes nothing: `write` says so until `resume`. */
  slow = false
  #rest = ''
  readonly #drained: (() => void)[] = []
  readonly #closed: (() => void)[] = []

  constructor(headers: Headers) {
    this.headers = headers
  }

  write(bytes: Uint8Array): boolean {
    if (this.ended) return true
    const lines = (this.#rest + Buffer.from(bytes).toString()).split('\n')
    this.#rest = lines.pop() as string
    for (const line of lines) {
      this.lines.push(line)
      this.events.push(JSON.parse(line) as WireEvent)
    }
    return !this.slow
  }

  onDrain(run: () => void): void {
    this.#drained.push(run)
  }

  onClose(run: () => void): void {
    this.#closed.push(run)
  }

  end(): void {
    if (this.ended) return
    this.ended = true
    for (const run of this.#closed.splice(0)) run()
  }

  cut(): void {
    this.end()
  }

  /** Takes again what comes. */
  resume(): void {
    this.slow = false
    for (const run of this.#drained.splice(0)) run()
  }

  /** Each event in short: `ADDED a 5`. */
  brief(): string[] {
    return this.events.map(({ type, object }) =>
      type === 'ERROR'
        ? `ERROR ${object.message}`
        : [type, object.metadata.name, object.metadata.resourceVersion].filter(Boolean).join(' '),
    )
  }
}

function toBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function bodyText(body: HttpResponse['body']): string {
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  if (!('start' in body)) return Buffer.concat([...body]).toString()
  let text = ''
  body.start({
    write(bytes) {
      text += Buffer.from(bytes).toString()
      return true
    },
    onDrain() {},
    onClose() {},
    end() {},
    cut() {},
  })
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
