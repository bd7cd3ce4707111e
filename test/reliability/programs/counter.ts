/** Counts a text in bytes that come in pieces. */
export class Counter {
  count = 0
  readonly #text: Buffer
  #tail: Buffer = Buffer.alloc(0)

  constructor(text: string) {
    this.#text = Buffer.from(text)
  }

  /** Takes the next bytes; gives how often the text has come so far. */
  take(bytes: Buffer): number {
    const across = Buffer.concat([this.#tail, bytes.subarray(0, this.#text.length - 1)])
    this.#find(across)
    this.#find(bytes)
    const keep = this.#text.length - 1
    this.#tail = Buffer.from(bytes.length >= keep ? bytes.subarray(-keep) : across.subarray(-keep))
    return this.count
  }

  #find(bytes: Buffer): void {
    for (let at = bytes.indexOf(this.#text); at >= 0; at = bytes.indexOf(this.#text, at + 1)) this.count++
  }
}
