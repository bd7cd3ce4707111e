const firstBytes = 512

/**
 * Writes messages from their end to their beginning, as upstream does: when a message is there its length is known, and
 * nothing has to be measured or moved.
 */
export class BackWriter {
  #bytes = new Uint8Array(firstBytes)
  /** Where what has been written begins. */
  #at = firstBytes

  /** How much has been written. */
  get length(): number {
    return this.#bytes.length - this.#at
  }

  /** A copy of everything written. */
  taken(): Uint8Array {
    return this.#bytes.slice(this.#at)
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#at -= bytes.length
    this.#bytes.set(bytes, this.#at)
  }

  /** A number of at most 53 bits that is not negative. */
  varint(value: number): void {
    this.#reserve(10)
    let size = 1
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++
    this.#at -= size
    let rest = value
    for (let i = this.#at; i < this.#at + size - 1; i++) {
      this.#bytes[i] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#at + size - 1] = rest
  }

  /** A signed number of 64 bits. */
  integer(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0) {
      this.varint(value)
      return
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    const digits: number[] = []
    do {
      digits.push(Number(rest & 0x7fn))
      rest >>= 7n
    } while (rest > 0n)
    this.bytes(Uint8Array.from(digits, (digit, i) => (i < digits.length - 1 ? digit | 0x80 : digit)))
  }

  double(value: number): void {
    const view = new DataView(new ArrayBuffer(8))
    view.setFloat64(0, value, true)
    this.bytes(new Uint8Array(view.buffer))
  }

  /** The number of a field and how its value is written: 0 a varint, 1 eight bytes, 2 a length and bytes. */
  tag(field: number, wire: 0 | 1 | 2): void {
    this.varint(field * 8 + wire)
  }

  /** Ends (that is, begins) a field whose bytes are those since `mark`. */
  delimited(field: number, mark: number): void {
    this.varint(this.length - mark)
    this.tag(field, 2)
  }

  #reserve(count: number): void {
    if (this.#at >= count) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count))
    const at = grown.length - this.length
    grown.set(this.#bytes.subarray(this.#at), at)
    this.#bytes = grown
    this.#at = at
  }
}
