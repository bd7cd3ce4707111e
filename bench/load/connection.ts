/** A request in the bytes that a kind of connection sends; made once, sent as often as wanted. */
export interface Prepared {
  readonly head: Buffer
  readonly body: Uint8Array | undefined
}

/** What is asked of a server. */
export interface Ask {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Who is told how an answer goes. */
export interface Answered {
  /** The answer is whole: its status, and how many bytes of body it had. */
  done(status: number, bytes: number): void
  /** A part of the body, only until the call returns. */
  data?(piece: Buffer): void
}

/** A connection to a server, over which requests go. */
export interface Connection {
  /** How many requests may be under way at once. */
  readonly parallel: number
  prepare(ask: Ask): Prepared
  send(request: Prepared, answered: Answered): void
  close(): void
}

/** Where a server is, and who asks. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly token: string | undefined
}
