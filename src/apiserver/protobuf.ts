import { ApiError } from '#base/errors'
import type { KindDef } from '#kinds/define'
import { typeOf } from '#kinds/type-of'
import { typeNamed } from '#kinds/types'
import { type ByteSource, toProtobuf } from '#schema/protobuf-encode'
import { enveloped, envelopeAround, fieldHead } from '#schema/protobuf-envelope'
import type { TypeDef } from '#schema/type'
import type { ListMeta } from './present.ts'
import type { Entry } from './watch-cache/entry.ts'

const source: ByteSource = {
  utf8: (text) => Buffer.from(text),
  fromBase64: (text) => Buffer.from(text, 'base64'),
}

const messages = new WeakMap<Entry, Uint8Array>()

/** An entry's message, made once. */
function messageOf(kind: KindDef, entry: Entry): Uint8Array {
  let message = messages.get(entry)
  if (message === undefined) {
    message = toProtobuf(kind.type, entry.object, source)
    messages.set(entry, message)
  }
  return message
}

/** An entry as an object of its own, in its envelope. */
export function entryProtobuf(kind: KindDef, entry: Entry): Uint8Array[] {
  const raw = messageOf(kind, entry)
  const { head, tail } = envelopeAround(kind, raw.length, source)
  return [head, raw, tail]
}

const listMetaType = (): TypeDef => typeNamed('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta')

/** A list: its metadata, then the entries' own messages. */
export function listProtobuf(kind: KindDef, entries: readonly Entry[], meta: ListMeta): Uint8Array[] {
  const metadata = toProtobuf(listMetaType(), meta, source)
  const pieces: Uint8Array[] = [fieldHead(1, metadata.length), metadata]
  for (const entry of entries) {
    const message = messageOf(kind, entry)
    pieces.push(fieldHead(2, message.length), message)
  }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const { head, tail } = envelopeAround({ ...kind, kind: `${kind.kind}List` }, length, source)
  return [head, ...pieces, tail]
}

/** Any value that says what it is, in its envelope. @throws ApiError NotAcceptable for one that has no message. */
export function valueProtobuf(value: unknown): Uint8Array {
  const object = value as { readonly apiVersion: string; readonly kind: string }
  const type = typeOf(object.apiVersion, object.kind)
  if (type !== undefined) return Buffer.concat(enveloped(type, object, source))
  throw new ApiError(
    'NotAcceptable',
    `object *${object.kind} does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message`,
  )
}

const frameHeadBytes = 4

/** One event of a watch: its length, its type, and an object with an envelope of its own. */
export function eventFrame(type: string, object: readonly Uint8Array[]): Buffer {
  const objectLength = object.reduce((sum, piece) => sum + piece.length, 0)
  const rawHead = fieldHead(1, objectLength)
  const name = Buffer.from(type)
  const pieces = [
    fieldHead(1, name.length),
    name,
    fieldHead(2, rawHead.length + objectLength),
    rawHead,
    ...object,
  ]
  const length = Buffer.alloc(frameHeadBytes)
  length.writeUInt32BE(pieces.reduce((sum, piece) => sum + piece.length, 0))
  return Buffer.concat([length, ...pieces])
}
