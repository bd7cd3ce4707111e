const lengthDelimited = 2

/** A protobuf message that is being written, field by field. */
export class ProtobufMessage {
  readonly #parts: Uint8Array[] = []

  /** Texts are left out when they are empty, as proto3 has it. */
  text(field: number, text: string | undefined): this {
    return text === undefined || text === '' ? this : this.#delimited(field, Buffer.from(text))
  }

  texts(field: number, texts: readonly string[] | undefined): this {
    for (const one of texts ?? []) this.#delimited(field, Buffer.from(one))
    return this
  }

  flag(field: number, value: boolean | undefined): this {
    if (value === true) this.#parts.push(Uint8Array.of(...varint(field << 3), 1))
    return this
  }

  message(field: number, message: ProtobufMessage | undefined): this {
    return message === undefined ? this : this.#delimited(field, message.bytes())
  }

  messages(field: number, messages: Iterable<ProtobufMessage>): this {
    for (const one of messages) this.message(field, one)
    return this
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }

  #delimited(field: number, bytes: Uint8Array): this {
    this.#parts.push(
      Uint8Array.from([...varint((field << 3) | lengthDelimited), ...varint(bytes.length)]),
      bytes,
    )
    return this
  }
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return [...bytes, rest]
}
