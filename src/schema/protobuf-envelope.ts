import { type ByteSource, toProtobuf } from './protobuf-encode.ts'
import { BackWriter } from './protobuf-writer.ts'
import type { TypeDef } from './type.ts'

/** What every message begins with: `k8s` and a zero. */
const magic = Uint8Array.of(0x6b, 0x38, 0x73, 0)
/** The encoding and the content type of the bytes, both of them empty. */
const ending = Uint8Array.of(0x1a, 0, 0x22, 0)

/** What stands before and after the `length` bytes of an object that says what it is. */
export function envelopeAround(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  length: number,
  source: ByteSource,
): { head: Uint8Array; tail: Uint8Array } {
  const writer = new BackWriter()
  writer.varint(length)
  writer.tag(2, 2)
  const mark = writer.length
  for (const [field, text] of [
    [2, kind],
    [1, apiVersion],
  ] as const) {
    const bytes = source.utf8(text)
    writer.bytes(bytes)
    writer.varint(bytes.length)
    writer.tag(field, 2)
  }
  writer.delimited(1, mark)
  writer.bytes(magic)
  return { head: writer.taken(), tail: ending }
}

/** What stands before the `length` bytes of a message that is a field of another. */
export function fieldHead(field: number, length: number): Uint8Array {
  const writer = new BackWriter()
  writer.varint(length)
  writer.tag(field, 2)
  return writer.taken()
}

/** A whole object in its envelope, as pieces. */
export function enveloped(
  type: TypeDef,
  object: { readonly apiVersion: string; readonly kind: string },
  source: ByteSource,
): Uint8Array[] {
  const raw = toProtobuf(type, object, source)
  const { head, tail } = envelopeAround(object, raw.length, source)
  return [head, raw, tail]
}
