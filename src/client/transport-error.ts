/** No answer came: the server is away, speaks no TLS that we trust, or the connection broke. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  /** The system's word: ECONNREFUSED, ENOTFOUND, ETIMEDOUT, ECONNRESET, or a TLS fault such as DEPTH_ZERO_SELF_SIGNED_CERT. */
  readonly code: string
  /** Who was asked: `127.0.0.1:6443`. */
  readonly host: string

  constructor(code: string, host: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.host = host
  }
}

/** Recognises a TransportError; works across copies of this module. */
export function isTransportError(error: unknown): error is TransportError {
  return error instanceof Error && error.name === 'TransportError'
}

/** Turns what node's sockets throw into a TransportError; other errors pass unchanged. */
export function toTransportError(error: unknown, host: string): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError') return error
  // Happy eyeballs: one error for each address that was tried; the first tells as much as all.
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error
  const { code } = first as NodeJS.ErrnoException
  return code === undefined ? error : new TransportError(code, host, first.message, error)
}
