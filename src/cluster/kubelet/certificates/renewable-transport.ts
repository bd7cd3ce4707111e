import { type Transport, TransportError } from '#client'

/** A transport whose credentials are replaced while it is in use; there may be none yet. */
export class RenewableTransport implements Transport {
  #current: Transport | undefined

  /** Everything that begins from now on goes by `transport`; what is under way by the one before is broken off. */
  use(transport: Transport): void {
    this.#current?.close()
    this.#current = transport
  }

  request: Transport['request'] = async (request, signal) => this.#now().request(request, signal)

  upgrade: Transport['upgrade'] = async (request, signal) => this.#now().upgrade(request, signal)

  close(): void {
    this.#current?.close()
  }

  #now(): Transport {
    if (this.#current) return this.#current
    throw new TransportError('ENOCERT', '', 'no client certificate was signed yet')
  }
}
