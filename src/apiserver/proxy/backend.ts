import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import { ApiError } from '#base/errors'
import { type Cancel, onCancel } from '#base/cancel'
import type { Clock } from '#base/clock'

/** How to reach another server: a kubelet, or what a pod or service serves. */
export interface Target {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  /** Credentials and authority for a kubelet; without an authority its certificate is not checked. */
  readonly tls?: { readonly key?: string; readonly certificate?: string; readonly ca?: string }
}

/** A request to another server. */
export interface BackendRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: OutgoingHttpHeaders
  readonly body?: Uint8Array
}

/** An upgraded connection with what came on it so far, or the plain answer that was given instead. */
export type BackendUpgrade =
  | {
      readonly upgraded: true
      readonly head: IncomingMessage
      readonly socket: Duplex
      readonly rest: Uint8Array
    }
  | { readonly upgraded: false; readonly answer: IncomingMessage }

/** How long a connection to another server may take. */
const connectMs = 10_000

/** Sends a request; redirects are answers like any other and never followed. @throws ApiError when no answer came. */
export function request(
  target: Target,
  wanted: BackendRequest,
  signal: Cancel,
  clock: Clock,
  words: FaultWords = unreachable,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    void open(target, wanted, signal, clock, reject, words).then((outgoing) =>
      outgoing?.on('response', resolve),
    )
  })
}

/** Asks for another protocol on the connection. @throws ApiError when no answer came. */
export function upgrade(
  target: Target,
  wanted: BackendRequest,
  signal: Cancel,
  clock: Clock,
): Promise<BackendUpgrade> {
  return new Promise((resolve, reject) => {
    void open(target, wanted, signal, clock, reject, undialled).then((outgoing) => {
      outgoing?.on('response', (answer) => resolve({ upgraded: false, answer }))
      outgoing?.on('upgrade', (head, socket, rest) => resolve({ upgraded: true, head, socket, rest }))
    })
  })
}

async function open(
  target: Target,
  wanted: BackendRequest,
  signal: Cancel,
  clock: Clock,
  reject: (error: unknown) => void,
  words: FaultWords,
) {
  const url = `${target.scheme}://${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}${wanted.path}`
  try {
    const lib = target.scheme === 'https' ? await import('node:https') : await import('node:http')
    const outgoing = lib.request({
      host: target.host,
      port: target.port,
      method: wanted.method,
      path: wanted.path,
      headers: wanted.headers,
      agent: false,
      setDefaultHeaders: true,
      ...(target.scheme === 'https' && {
        rejectUnauthorized: target.tls?.ca !== undefined,
        ...(target.tls?.ca !== undefined && { ca: target.tls.ca }),
        ...(target.tls?.key !== undefined && { key: target.tls.key, cert: target.tls.certificate }),
      }),
    })
    const release = onCancel(signal, () => outgoing.destroy(new Error('the client has gone')))
    const stopTimer = clock.after(connectMs, () => outgoing.destroy(new Error('i/o timeout')), {
      unref: true,
    })
    outgoing.on('socket', (socket) => {
      socket.setKeepAlive(true, 30_000)
      socket.once(target.scheme === 'https' ? 'secureConnect' : 'connect', stopTimer)
    })
    outgoing.on('close', () => {
      stopTimer()
      release()
    })
    outgoing.on('error', (error) => reject(words(wanted.method, url, target, error)))
    outgoing.end(wanted.body)
    return outgoing
  } catch (error) {
    reject(words(wanted.method, url, target, error as Error))
    return undefined
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
  ENOTFOUND: 'no such host',
}

/** The words in which a Go program tells that it could not talk to another server. */
function dialFault(target: Target, error: NodeJS.ErrnoException): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host
  return `dial tcp ${host}:${target.port}: ${reasons[error.code ?? ''] ?? error.message}`
}

/** A GET or the like that found nobody. */
function unreachable(method: string, url: string, target: Target, error: Error): ApiError {
  const verb = method.slice(0, 1) + method.slice(1).toLowerCase()
  return new ApiError('', `${verb} ${JSON.stringify(url)}: ${dialFault(target, error)}`, { cause: error })
}

/** An upgrade that found nobody. */
const undialled = (_method: string, _url: string, target: Target, error: Error) =>
  new ApiError('', `error dialing backend: ${dialFault(target, error)}`, { cause: error })

/** What a pod, a service or a node's port serves that found nobody. */
export const unserved = (_method: string, _url: string, target: Target, error: Error): ApiError =>
  new ApiError('ServiceUnavailable', `error trying to reach service: ${dialFault(target, error)}`, {
    cause: error,
  })

type FaultWords = typeof unreachable
