/** Bytes that are no message of the type they should be. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}

/** One field as it stands on the wire: a number, or the bytes of a text, of bytes or of a message. */
export interface WireField {
  readonly field: number
  /** Varints and fixed numbers. */
  readonly bits: bigint
  /** Length-delimited fields; undefined for the others. */
  readonly bytes: Uint8Array | undefined
}

const noBits = 0n

/** Reads a varint at `at`; gives its value and where it ends. @throws ProtobufError. */
function varint(bytes: Uint8Array, at: number): { value: bigint; end: number } {
  let value = 0n
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) throw new ProtobufError('unexpected EOF')
    value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at + i + 1 }
  }
  throw new ProtobufError('proto: integer overflow')
}

function fixed(bytes: Uint8Array, at: number, size: number): bigint {
  if (at + size > bytes.length) throw new ProtobufError('unexpected EOF')
  let value = 0n
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] as number)
  return value
}

/** The fields of a message in the order of the wire. @throws ProtobufError for what is no message. */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0
  while (at < bytes.length) {
    const { value: tag, end } = varint(bytes, at)
    const field = Number(tag >> 3n)
    if (field === 0) throw new ProtobufError('proto: illegal tag 0')
    at = end
    const kind = Number(tag & 7n)
    if (kind === 0) {
      const { value, end: next } = varint(bytes, at)
      at = next
      yield { field, bits: value, bytes: undefined }
    } else if (kind === 2) {
      const { value, end: start } = varint(bytes, at)
      at = start + Number(value)
      if (at > bytes.length) throw new ProtobufError('unexpected EOF')
      yield { field, bits: noBits, bytes: bytes.subarray(start, at) }
    } else if (kind === 1 || kind === 5) {
      const size = kind === 1 ? 8 : 4
      yield { field, bits: fixed(bytes, at, size), bytes: undefined }
      at += size
    } else throw new ProtobufError(`proto: illegal wireType ${kind}`)
  }
}

/** A signed 64-bit number; a bigint only where a number would not hold it. */
export function toInteger(bits: bigint): number | bigint {
  const value = BigInt.asIntN(64, bits)
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** The double whose bits these are. */
export function toDouble(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}
