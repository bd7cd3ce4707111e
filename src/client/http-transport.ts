import { once } from 'node:events'
import * as http from 'node:http'
import * as https from 'node:https'
import type { Duplex } from 'node:stream'
import { type Cancel, onCancel } from '#base/cancel'
import type { Headers } from '#base/http'
import type { ClientRequest, ClientResponse, Transport, Upgraded } from './contract.ts'
import { toRefusal } from './refusal.ts'
import { toTransportError } from './transport-error.ts'

/** Where the API server is and who asks. */
export interface HttpTransportOptions {
  /** `https://127.0.0.1:6443`, optionally with a path that all requests go below. */
  readonly server: string
  /** PEM of the authority that signed the server's certificate; the system's authorities without it. */
  readonly ca?: string | Uint8Array | undefined
  /** PEM of a client certificate and its key. */
  readonly certificate?: string | Uint8Array | undefined
  readonly key?: string | Uint8Array | undefined
  /** The name that the server's certificate must hold, where it is not the host's. */
  readonly tlsServerName?: string | undefined
  readonly insecureSkipTlsVerify?: boolean | undefined
  /** Asked before each request, because tokens in files are renewed. */
  readonly token?: (() => Promise<string | undefined>) | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** Sent with each request: User-Agent, Impersonate-User ... */
  readonly headers?: Headers | undefined
  /** Told of each answer and of how long it took, for `--v`. */
  readonly onAnswer?: ((request: ClientRequest, url: string, status: number, ms: number) => void) | undefined
  /** Told of each text that an answer warns of. */
  readonly onWarning?: ((text: string) => void) | undefined
}

/** Carries requests over HTTP/1.1 or HTTPS with connections kept open. */
export function httpTransport(options: HttpTransportOptions): Transport {
  return new HttpTransport(options)
}

class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions
  readonly #base: URL
  readonly #agent: http.Agent | https.Agent

  constructor(options: HttpTransportOptions) {
    this.#options = options
    this.#base = new URL(options.server)
    const settings = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, ...tlsOptions(options) }
    this.#agent = this.#base.protocol === 'https:' ? new https.Agent(settings) : new http.Agent(settings)
  }

  async request(request: ClientRequest, signal: Cancel): Promise<ClientResponse> {
    const started = performance.now()
    const sent = await this.#send(request, {}, signal)
    const [answer] = await this.#answered<[http.IncomingMessage]>(sent, 'response', signal)
    if (this.#options.onWarning) for (const text of warningsOf(answer)) this.#options.onWarning(text)
    this.#options.onAnswer?.(
      request,
      this.#url(request.path),
      answer.statusCode ?? 0,
      performance.now() - started,
    )
    return { status: answer.statusCode ?? 0, headers: headersOf(answer), body: this.#bodyOf(answer, signal) }
  }

  async upgrade(request: ClientRequest, signal: Cancel): Promise<Upgraded> {
    const sent = await this.#send(request, { connection: 'Upgrade' }, signal)
    const refused = once(sent, 'response').then(async ([answer]) => {
      const refusal = answer as http.IncomingMessage
      throw await toRefusal(refusal.statusCode ?? 0, this.#bodyOf(refusal, signal))
    })
    const upgraded = this.#answered<[http.IncomingMessage, Duplex, Uint8Array]>(sent, 'upgrade', signal)
    // Whichever comes second never comes, or fails with the connection: nobody is left to hear it.
    refused.catch(() => {})
    upgraded.catch(() => {})
    const [answer, socket, head] = await Promise.race([upgraded, refused])
    if (head.length > 0) socket.unshift(head)
    return { headers: headersOf(answer), socket }
  }

  close(): void {
    this.#agent.destroy()
  }

  #url(path: string): string {
    return `${this.#base.origin}${this.#base.pathname.replace(/\/$/, '')}${path}`
  }

  async #send(request: ClientRequest, more: Headers, signal: Cancel): Promise<http.ClientRequest> {
    if (signal.aborted) throw signal.reason
    const { body } = request
    const headers = {
      ...this.#options.headers,
      ...(await this.#credentials()),
      ...request.headers,
      ...more,
      ...(body && { 'content-length': String(body.length) }),
    }
    const module = this.#base.protocol === 'https:' ? https : http
    const sent = module.request(this.#url(request.path), {
      method: request.method,
      headers,
      agent: this.#agent,
    })
    const release = onCancel(signal, () => sent.destroy(signal.reason as Error))
    sent.once('close', release)
    // A connection that breaks once the answer has begun is told by the answer's body.
    sent.on('error', () => {})
    sent.end(body)
    return sent
  }

  async #credentials(): Promise<Headers> {
    const { token, username, password } = this.#options
    const bearer = await token?.()
    if (bearer !== undefined && bearer !== '') return { authorization: `Bearer ${bearer}` }
    if (username === undefined || username === '') return {}
    return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
  }

  async #answered<T extends unknown[]>(sent: http.ClientRequest, event: string, signal: Cancel): Promise<T> {
    try {
      return (await once(sent, event)) as T
    } catch (error) {
      throw signal.aborted ? signal.reason : toTransportError(error, this.#base.host)
    }
  }

  async *#bodyOf(answer: http.IncomingMessage, signal: Cancel): AsyncGenerator<Uint8Array> {
    const release = onCancel(signal, () => answer.destroy(signal.reason as Error))
    try {
      for await (const chunk of answer) yield chunk as Uint8Array
    } catch (error) {
      throw signal.aborted ? signal.reason : toTransportError(error, this.#base.host)
    } finally {
      release()
    }
  }
}

function tlsOptions(options: HttpTransportOptions): https.AgentOptions {
  const { ca, certificate, key, tlsServerName, insecureSkipTlsVerify } = options
  const pem = (value: string | Uint8Array) => (typeof value === 'string' ? value : Buffer.from(value))
  return {
    ...(ca !== undefined && { ca: pem(ca) }),
    ...(certificate !== undefined && { cert: pem(certificate) }),
    ...(key !== undefined && { key: pem(key) }),
    ...(tlsServerName !== undefined && tlsServerName !== '' && { servername: tlsServerName }),
    ...(insecureSkipTlsVerify === true && { rejectUnauthorized: false }),
  }
}

function headersOf(answer: http.IncomingMessage): Headers {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}

/** The texts of the Warning headers: `299 - "text"`, several parted by commas (RFC 7234, 5.5). */
function warningsOf(answer: http.IncomingMessage): string[] {
  const header = answer.headers['warning']
  if (header === undefined) return []
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1'),
  )
}
