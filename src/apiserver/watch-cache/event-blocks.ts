const blockBytes = 64 * 1024

/** Events, each in pieces, as blocks of about 64 KiB: small ones put together, large ones cut and not copied. */
export class EventBlocks {
  readonly #events: Iterator<readonly Uint8Array[]>
  /** What is left of an event that is larger than a block. */
  #rest: Uint8Array[] = []

  constructor(events: Iterable<readonly Uint8Array[]>) {
    this.#events = events[Symbol.iterator]()
  }

  /** Whether the last block ended within an event. */
  get isWithinEvent(): boolean {
    return this.#rest.length > 0
  }

  /** The next block; undefined at the end. */
  next(): Uint8Array | undefined {
    if (this.#rest.length > 0) return this.#cut()
    const held: Uint8Array[] = []
    let heldBytes = 0
    while (heldBytes < blockBytes) {
      const { done, value } = this.#events.next()
      if (done) break
      const length = value.reduce((sum, piece) => sum + piece.length, 0)
      if (length > blockBytes) {
        this.#rest = Array.from(value)
        break
      }
      held.push(...value)
      heldBytes += length
    }
    if (heldBytes > 0) return Buffer.concat(held, heldBytes)
    return this.#rest.length > 0 ? this.#cut() : undefined
  }

  #cut(): Uint8Array {
    const [piece] = this.#rest as [Uint8Array]
    if (piece.length <= blockBytes) this.#rest.shift()
    else this.#rest[0] = piece.subarray(blockBytes)
    return piece.subarray(0, blockBytes)
  }
}
