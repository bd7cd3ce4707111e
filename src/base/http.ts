import type { Cancel } from './cancel.ts'

/** Header names are lower case. The values of a repeated header are joined by commas; by newlines where they may hold commas. */
export type Headers = Readonly<Record<string, string>>

/** One request, whatever carried it: a socket, an HTTP/2 stream or a function call in this process. */
export interface HttpRequest {
  readonly method: string
  /** Path and query as sent, still percent-encoded: `/api/v1/pods?limit=5`. */
  readonly url: string
  readonly headers: Headers
  /** The whole body; reads no more than `bytesMax`. @throws ApiError RequestEntityTooLarge beyond it. */
  readonly body: (bytesMax: number) => Promise<Uint8Array>
  /** Fires when the client has gone. */
  readonly signal: Cancel
  readonly peer: Peer
}

/** Who is at the other end of the transport. */
export interface Peer {
  readonly address: string
  /** False for plain HTTP on the insecure port, where no authentication takes place. */
  readonly secure: boolean
  /** Verified client certificate's subject, if one was given. */
  readonly certificate?: { readonly commonName: string; readonly organizations: readonly string[] }
  /** The common name of a proxy that may say for whom it speaks, if it showed such a certificate. */
  readonly proxy?: string
  /** Set by in-process transports, which authenticate by being in the process. */
  readonly user?: { readonly name: string; readonly groups: readonly string[] }
}

/** Where a streaming answer is written to. */
export interface Sink {
  /** False when the reader is slow: bytes are kept, but wait for `onDrain` before more. They must not change any more. */
  write(bytes: Uint8Array): boolean
  /** Runs once, when there is room again. */
  onDrain(run: () => void): void
  /** Runs once when the reader has gone or all of an ended answer has been taken. */
  onClose(run: () => void): void
  end(): void
  /** Breaks the answer off: what has not been taken is dropped, and the reader can tell that the end is missing. */
  cut(): void
}

/** Bytes in one piece, bytes in pieces, or a stream that starts when the head has been sent. */
export type HttpBody = Uint8Array | readonly Uint8Array[] | { readonly start: (sink: Sink) => void }

/** One answer. Content-Length and Transfer-Encoding are the transport's business. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: HttpBody
}

/** A server is a function; listening is an adapter. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>
