import { compareBytes } from '#base/byte-order'
import { parseDuration } from '#base/flags'
import { parseTime } from '#base/time'
import { stringifyJson } from './json.ts'
import { BackWriter } from './protobuf-writer.ts'
import type { Field, Scalar, Shape, Special, TypeDef } from './type.ts'

/** What the platform does better than this folder can. */
export interface ByteSource {
  utf8(text: string): Uint8Array
  fromBase64(text: string): Uint8Array
}

type Members = Readonly<Record<string, unknown>>
const nothing: Members = {}

/** A message of a type, byte for byte as upstream writes it. */
export function toProtobuf(type: TypeDef, object: object, source: ByteSource): Uint8Array {
  const encoder = new Encoder(source)
  encoder.message(type, object as Members)
  return encoder.writer.taken()
}

/** A field, or an inlined struct: a message of its own whose fields stand among ours in JSON. */
type Part = Field | { readonly proto: number; readonly parts: readonly Part[] }
const known = new WeakMap<TypeDef, readonly Part[]>()

/** The parts of a type by descending number: messages are written from their end. */
function partsOf(type: TypeDef): readonly Part[] {
  let parts = known.get(type)
  if (parts === undefined) {
    parts = grouped(type.fields.map((field) => ({ field, path: field.inlineOf ?? [] })))
    known.set(type, parts)
  }
  return parts
}

interface Placed {
  readonly field: Field
  readonly path: readonly number[]
}

function grouped(fields: readonly Placed[]): Part[] {
  const own: Part[] = fields.filter(({ path }) => path.length === 0).map(({ field }) => field)
  const inlined = new Map<number, Placed[]>()
  for (const { field, path } of fields) {
    const [number, ...rest] = path
    if (number === undefined) continue
    inlined.set(number, [...(inlined.get(number) ?? []), { field, path: rest }])
  }
  const structs = [...inlined].map(([proto, inner]) => ({ proto, parts: grouped(inner) }))
  return [...own, ...structs].filter(({ proto }) => proto > 0).sort((a, b) => b.proto - a.proto)
}

class Encoder {
  readonly writer = new BackWriter()
  readonly #source: ByteSource

  constructor(source: ByteSource) {
    this.#source = source
  }

  message(type: TypeDef, object: Members): void {
    this.#parts(partsOf(type), object)
  }

  #parts(parts: readonly Part[], object: Members): void {
    for (const part of parts) {
      if ('parts' in part) {
        const mark = this.writer.length
        this.#parts(part.parts, object)
        this.writer.delimited(part.proto, mark)
      } else this.#field(part, object[part.name])
    }
  }

  /** A field by value is written even when it is zero, a pointer only when it is set, a list by its items. */
  #field({ shape, pointer, proto }: Field, value: unknown): void {
    const isUnset = value === undefined || value === null
    if (shape.is === 'list') this.#list(proto, shape.of, (value ?? []) as readonly unknown[])
    else if (shape.is === 'map') this.#map(proto, shape.of, (value ?? nothing) as Members)
    else if (!isUnset || !(pointer || isNilWhenUnset(shape))) this.#value(proto, shape, value)
  }

  #list(proto: number, of: Shape, items: readonly unknown[]): void {
    for (let i = items.length - 1; i >= 0; i--) this.#value(proto, of, items[i])
  }

  #map(proto: number, of: Shape, members: Members): void {
    for (const key of Object.keys(members).sort(compareBytes).reverse()) {
      const mark = this.writer.length
      this.#value(2, of, members[key])
      this.#text(1, key)
      this.writer.delimited(proto, mark)
    }
  }

  #value(proto: number, shape: Shape, value: unknown): void {
    if (shape.is === 'scalar') {
      this.#scalar(proto, shape.scalar, value)
      return
    }
    const mark = this.writer.length
    if (shape.is === 'object') this.#object(shape.type(), value)
    // A list inside a map or a list is a message with one repeated field.
    else if (shape.is === 'list') this.#list(1, shape.of, value as readonly unknown[])
    this.writer.delimited(proto, mark)
  }

  #object(type: TypeDef, value: unknown): void {
    if (type.special === undefined) this.message(type, (value ?? nothing) as Members)
    else this.#special(type, type.special, value)
  }

  #text(proto: number, text: string): void {
    this.#bytes(proto, this.#source.utf8(text))
  }

  #bytes(proto: number, bytes: Uint8Array): void {
    this.writer.bytes(bytes)
    this.writer.varint(bytes.length)
    this.writer.tag(proto, 2)
  }

  #integer(proto: number, value: number | bigint): void {
    this.writer.integer(value)
    this.writer.tag(proto, 0)
  }

  #scalar(proto: number, scalar: Scalar, value: unknown): void {
    switch (scalar) {
      case 'string':
        return this.#text(proto, (value ?? '') as string)
      case 'bytes':
        return this.#bytes(proto, this.#source.fromBase64((value ?? '') as string))
      case 'boolean':
        return this.#integer(proto, value === true ? 1 : 0)
      case 'int32':
      case 'int64':
        return this.#integer(proto, (value ?? 0) as number | bigint)
      case 'double':
        this.writer.double((value ?? 0) as number)
        return this.writer.tag(proto, 1)
      case 'any':
        return this.#json(proto, value)
    }
  }

  #json(proto: number, value: unknown): void {
    if (value !== undefined && value !== null) this.#text(proto, stringifyJson(value))
  }

  /** Types whose JSON is not their message. */
  #special(type: TypeDef, special: Special, value: unknown): void {
    switch (special) {
      case 'quantity':
        return this.#text(1, (value ?? '0') as string)
      case 'time':
      case 'microtime':
        return this.#moment(special, value as string | null | undefined)
      case 'duration':
        return this.#integer(1, BigInt(Math.round((parseDuration((value ?? '0s') as string) ?? 0) * 1e6)))
      case 'int-or-string':
        return this.#intOrString((value ?? 0) as number | string)
      case 'raw':
      case 'json':
      case 'fieldsV1':
        return this.#json(1, value)
      case 'wrapper':
        return this.#list(1, { is: 'scalar', scalar: 'string' }, (value ?? []) as readonly unknown[])
      case 'or':
        return this.#either(type, value)
      case 'typeMeta':
      case 'envelope':
    }
  }

  /** The zero time is an empty message. */
  #moment(special: 'time' | 'microtime', value: string | null | undefined): void {
    const moment = value ? parseTime(value) : undefined
    if (moment === undefined) return
    const nanos = special === 'time' ? 0 : Math.floor(moment.nanos / 1000) * 1000
    this.#integer(2, nanos)
    this.#integer(1, moment.seconds)
  }

  #intOrString(value: number | string): void {
    const isText = typeof value === 'string'
    this.#text(3, isText ? value : '')
    this.#integer(2, isText ? 0 : value)
    this.#integer(1, isText ? 1 : 0)
  }

  /** A schema, or what stands for one: a list of schemas, a list of texts, or a truth value (which then comes first). */
  #either(type: TypeDef, value: unknown): void {
    const [object, other] = type.alternatives as readonly [Shape, Shape]
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (other.is === 'scalar') {
      if (isObject) this.#value(2, object, value)
      this.#integer(1, isObject || value === true ? 1 : 0)
    } else if (other.is === 'list' && Array.isArray(value)) this.#list(2, other.of, value)
    else if (isObject) this.#value(1, object, value)
  }
}

/** Bytes and raw JSON are slices in upstream: nothing is written of a nil one. */
const isNilWhenUnset = (shape: Shape) =>
  shape.is === 'scalar' && (shape.scalar === 'bytes' || shape.scalar === 'any')
