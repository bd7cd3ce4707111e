import { showDuration } from '#base/flags'
import { formatMicroTime, formatTime } from '#base/time'
import { parseJsonNoting, setMember } from './json.ts'
import type { Json } from './object.ts'
import { ProtobufError, toDouble, toInteger, type WireField, wireFields } from './protobuf-wire.ts'
import type { Field, Scalar, Shape, TypeDef } from './type.ts'

/** What the platform does better than this folder can. */
export interface ByteCodec {
  text(bytes: Uint8Array): string
  base64(bytes: Uint8Array): string
}

/** What stands around an object: which type it says it is, and its own bytes. */
export interface Envelope {
  readonly apiVersion: string
  readonly kind: string
  readonly raw: Uint8Array
}

const magic = [0x6b, 0x38, 0x73, 0]
const empty = new Uint8Array(0)
/** Messages in messages: far more than any type needs, far less than the stack holds. */
const depthMax = 500

/** Takes an object out of its envelope. @throws ProtobufError for bytes that have none. */
export function openEnvelope(bytes: Uint8Array, codec: ByteCodec): Envelope {
  if (magic.some((byte, i) => bytes[i] !== byte)) {
    throw new ProtobufError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    )
  }
  const envelope = { apiVersion: '', kind: '', raw: empty }
  for (const { field, bytes: inner = empty } of wireFields(bytes.subarray(magic.length))) {
    if (field === 2) envelope.raw = inner as typeof empty
    if (field !== 1) continue
    for (const one of wireFields(inner)) {
      if (one.field === 1) envelope.apiVersion = codec.text(one.bytes ?? empty)
      if (one.field === 2) envelope.kind = codec.text(one.bytes ?? empty)
    }
  }
  return envelope
}

/** Reads a message of a type as the JSON value that means the same. @throws ProtobufError. */
export function fromProtobuf(type: TypeDef, bytes: Uint8Array, codec: ByteCodec): Json {
  return new Decoder(codec).message(type, bytes, 0)
}

/** What a field number means in a message: a field of the type, or an inlined struct with numbers of its own. */
type Numbers = Map<number, Field | Numbers>
const known = new WeakMap<TypeDef, Numbers>()

/** The fields of a type by number; those of an inlined struct under the number of the struct. */
function numbersOf(type: TypeDef): Numbers {
  let numbers = known.get(type)
  if (numbers === undefined) {
    numbers = new Map()
    for (const field of type.fields) within(numbers, field.inlineOf ?? []).set(field.proto, field)
    known.set(type, numbers)
  }
  return numbers
}

function within(numbers: Numbers, path: readonly number[]): Numbers {
  let at = numbers
  for (const number of path) {
    const inner = at.get(number)
    const next: Numbers = inner instanceof Map ? inner : new Map()
    at.set(number, next)
    at = next
  }
  return at
}

class Decoder {
  readonly #codec: ByteCodec

  constructor(codec: ByteCodec) {
    this.#codec = codec
  }

  message(type: TypeDef, bytes: Uint8Array, depth: number): Json {
    if (depth > depthMax) throw new ProtobufError('exceeded max depth')
    if (type.special !== undefined) return this.#special(type, bytes, depth)
    const out: { [key: string]: Json } = {}
    this.#fields(out, numbersOf(type), bytes, depth)
    return out
  }

  #fields(out: { [key: string]: Json }, numbers: Numbers, bytes: Uint8Array, depth: number): void {
    for (const one of wireFields(bytes)) {
      const found = numbers.get(one.field)
      // An inlined struct is a message of its own, whose fields stand among ours.
      if (found instanceof Map) this.#fields(out, found, one.bytes ?? empty, depth)
      else if (found !== undefined) this.#put(out, found, one, depth)
    }
  }

  #put(out: { [key: string]: Json }, { name, shape }: Field, one: WireField, depth: number): void {
    if (shape.is === 'list') {
      const list = (out[name] ?? []) as Json[]
      list.push(this.#value(shape.of, one, depth))
      out[name] = list
    } else if (shape.is === 'map') {
      const map = (out[name] ?? {}) as { [key: string]: Json }
      this.#entry(map, shape.of, one.bytes ?? empty, depth)
      out[name] = map
    } else out[name] = this.#value(shape, one, depth)
  }

  #entry(map: { [key: string]: Json }, of: Shape, bytes: Uint8Array, depth: number): void {
    let key = ''
    let value: WireField = { field: 2, bits: 0n, bytes: empty }
    for (const one of wireFields(bytes)) {
      if (one.field === 1) key = this.#codec.text(one.bytes ?? empty)
      if (one.field === 2) value = one
    }
    setMember(map, key, this.#value(of, value, depth))
  }

  #value(shape: Shape, one: WireField, depth: number): Json {
    const { bytes = empty, bits } = one
    switch (shape.is) {
      case 'scalar':
        return this.#scalar(shape.scalar, bits, bytes)
      case 'object':
        return this.message(shape.type(), bytes, depth + 1)
      case 'list':
        // A list inside a map or a list is a message with one repeated field.
        return [...wireFields(bytes)].map((item) => this.#value(shape.of, item, depth + 1))
      case 'map':
        throw new ProtobufError('maps inside lists and maps have no protobuf form')
    }
  }

  #scalar(scalar: Scalar, bits: bigint, bytes: Uint8Array): Json {
    switch (scalar) {
      case 'string':
        return this.#codec.text(bytes)
      case 'bytes':
        return this.#codec.base64(bytes)
      case 'boolean':
        return bits !== 0n
      case 'int32':
        return Number(BigInt.asIntN(32, bits))
      case 'int64':
        return toInteger(bits)
      case 'double':
        return toDouble(bits)
      case 'any':
        return this.#json(bytes)
    }
  }

  #json(bytes: Uint8Array): Json {
    return bytes.length === 0 ? null : parseJsonNoting(this.#codec.text(bytes)).value
  }

  /** Types whose JSON is not their message. */
  #special(type: TypeDef, bytes: Uint8Array, depth: number): Json {
    const fields = new Map<number, WireField>()
    for (const one of wireFields(bytes)) fields.set(one.field, one)
    const bits = (field: number) => fields.get(field)?.bits ?? 0n
    const inner = (field: number) => fields.get(field)?.bytes ?? empty
    switch (type.special) {
      case 'quantity':
        return this.#codec.text(inner(1)) || '0'
      case 'time':
      case 'microtime':
        return momentOf(type.special, BigInt.asIntN(64, bits(1)), Number(BigInt.asIntN(32, bits(2))))
      case 'duration':
        return showDuration(Number(BigInt.asIntN(64, bits(1))) / 1e6)
      case 'int-or-string':
        return bits(1) === 0n ? Number(BigInt.asIntN(32, bits(2))) : this.#codec.text(inner(3))
      case 'raw':
      case 'json':
      case 'fieldsV1':
        return this.#json(inner(1))
      case 'wrapper':
        return [...wireFields(bytes)].map((one) => this.#codec.text(one.bytes ?? empty))
      case 'or':
        return this.#either(type, [...wireFields(bytes)], depth)
      case 'typeMeta':
      case 'envelope':
      case undefined:
        break
    }
    throw new ProtobufError(`${type.name} stands in no object`)
  }

  /** A schema, or what stands for one: a list of schemas, a list of texts, or a truth value (which then comes first). */
  #either(type: TypeDef, fields: readonly WireField[], depth: number): Json {
    const [object, other] = type.alternatives as readonly [Shape, Shape]
    const schemaField = other.is === 'scalar' ? 2 : 1
    const schema = fields.find(({ field }) => field === schemaField)
    if (schema !== undefined) return this.#value(object, schema, depth)
    const rest = fields.filter(({ field }) => field !== schemaField)
    if (other.is !== 'list') return (rest[0]?.bits ?? 0n) !== 0n
    return rest.map((one) => this.#value(other.of, one, depth))
  }
}

/** A time as JSON has it; the zero time is null. */
function momentOf(special: 'time' | 'microtime', seconds: bigint, nanos: number): Json {
  if (seconds === 0n && nanos === 0) return null
  const moment = { seconds: Number(seconds), nanos }
  return special === 'time' ? formatTime(moment) : formatMicroTime(moment)
}
