import type { Cancel } from '#base/cancel'
import type { ClientRequest, ClientResponse, Transport } from '#client'

/** What keeps nodes alive goes before what their pods tell, however much that is. */
const isUrgent = ({ path }: ClientRequest) => /\/(leases|nodes)(\/|\?|$)/.test(path)

/** Sends at most so many requests at a time, for a thousand nodes that are one process are also one client. */
export class BoundedTransport implements Transport {
  readonly #transport: Transport
  readonly #most: number
  readonly #urgent: (() => void)[] = []
  readonly #others: (() => void)[] = []
  #sent = 0

  constructor(transport: Transport, most: number) {
    this.#transport = transport
    this.#most = most
  }

  async request(request: ClientRequest, signal: Cancel): Promise<ClientResponse> {
    await this.#turn(request)
    try {
      return await this.#transport.request(request, signal)
    } finally {
      // Whoever waits takes over the place.
      const next = this.#urgent.shift() ?? this.#others.shift()
      if (next) next()
      else this.#sent -= 1
    }
  }

  upgrade: Transport['upgrade'] = (request, signal) => this.#transport.upgrade(request, signal)

  close(): void {
    this.#transport.close()
  }

  async #turn(request: ClientRequest): Promise<void> {
    if (this.#sent < this.#most) return void this.#sent++
    const waiting = isUrgent(request) ? this.#urgent : this.#others
    await new Promise<void>((resolve) => void waiting.push(resolve))
  }
}
