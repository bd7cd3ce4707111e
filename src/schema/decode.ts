import { canonicalQuantity } from '#base/quantity'
import { formatMicroTime, formatTime, parseTime } from '#base/time'
import { parseDuration } from '#base/flags'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'
import type { Field, Scalar, Shape, TypeDef } from './type.ts'

/** A value of the wrong JSON type or form; the message is in the words of Go's decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/** What decoding found. */
export interface Decoded {
  /** The value with unknown members left out, nulls taken as unset, quantities and times in canonical form. */
  readonly object: { [key: string]: Json }
  /** Paths of members that the type does not have. */
  readonly unknown: readonly string[]
  /** Object members in the value; fewer than the text spells out means that there are duplicates. */
  readonly members: number
}

/** Where the decoder stands: for messages, and for the paths of unknown members. */
interface Place {
  /** The struct that holds the field, by its short name: `Container`. */
  readonly struct: string
  /** Field names from the root, without indexes: `spec.containers`. */
  readonly fields: string
  /** With indexes: `spec.containers[0]`. */
  readonly path: string
}

/** Reads a parsed JSON value as an object of `type`. @throws DecodeError when a value has the wrong type or form. */
export function decode(type: TypeDef, value: Json): Decoded {
  const walk = new Walk()
  if (!isPlainObject(value)) {
    throw new DecodeError(
      `json: cannot unmarshal ${jsonWord(value)} into Go value of type ${goName(type.name)}`,
    )
  }
  const object = walk.struct(type, value, { struct: '', fields: '', path: '' })
  return { object, unknown: walk.unknown, members: walk.members }
}

class Walk {
  readonly unknown: string[] = []
  members = 0

  struct(type: TypeDef, value: { [key: string]: Json }, place: Place): { [key: string]: Json } {
    const struct = shortName(type.name)
    const out: { [key: string]: Json } = {}
    for (const key of Object.keys(value)) {
      this.members++
      const path = place.path === '' ? key : `${place.path}.${key}`
      const field = type.byName.get(key)
      if (field === undefined) {
        this.unknown.push(path)
        this.#count(value[key] as Json)
        continue
      }
      const fields = place.fields === '' ? key : `${place.fields}.${key}`
      const decoded = this.#field(field, value[key] as Json, { struct, fields, path })
      if (decoded !== undefined) out[key] = decoded
    }
    return out
  }

  /** undefined = unset. */
  #field(field: Field, value: Json, place: Place): Json | undefined {
    return value === null ? undefined : this.#value(field.shape, value, place)
  }

  #value(shape: Shape, value: Json, place: Place): Json | undefined {
    switch (shape.is) {
      case 'scalar':
        if (shape.scalar === 'any') this.#count(value)
        return scalar(shape.scalar, value, place)
      case 'list':
        return this.#list(shape.of, value, place, shape)
      case 'map':
        return this.#map(shape.of, value, place, shape)
      case 'object':
        return this.#object(shape.type(), value, place)
    }
  }

  #list(of: Shape, value: Json, place: Place, whole: Shape): Json {
    if (!Array.isArray(value)) throw wrongType(value, place, whole)
    return value.map((one, i) => {
      const at = { ...place, path: `${place.path}[${i}]` }
      return one === null ? zeroOf(of) : (this.#value(of, one, at) as Json)
    })
  }

  #map(of: Shape, value: Json, place: Place, whole: Shape): Json {
    if (!isPlainObject(value)) throw wrongType(value, place, whole)
    const out: { [key: string]: Json } = {}
    for (const key of Object.keys(value)) {
      this.members++
      const one = value[key] as Json
      const at = { ...place, path: `${place.path}.${key}` }
      const decoded = one === null ? zeroOf(of) : (this.#value(of, one, at) as Json)
      define(out, key, decoded)
    }
    return out
  }

  #object(type: TypeDef, value: Json, place: Place): Json | undefined {
    if (type.special !== undefined) {
      this.#count(value)
      return special(type, value, place)
    }
    if (!isPlainObject(value)) throw wrongType(value, place, { is: 'object', type: () => type })
    return this.struct(type, value, place)
  }

  /** Members inside values that have no fields of their own. */
  #count(value: Json): void {
    if (Array.isArray(value)) for (const one of value) this.#count(one)
    else if (isPlainObject(value)) {
      for (const key of Object.keys(value)) {
        this.members++
        this.#count(value[key] as Json)
      }
    }
  }
}

/** Sets a member whose name may be `__proto__`. */
function define(object: { [key: string]: Json }, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
  else object[key] = value
}

/** What Go puts for a null element. */
function zeroOf(shape: Shape): Json {
  if (shape.is !== 'scalar') return shape.is === 'object' && shape.type().special === undefined ? {} : null
  return { string: '', bytes: '', boolean: false, int32: 0, int64: 0, double: 0, any: null }[shape.scalar]
}

const int32Max = 2 ** 31

function scalar(kind: Scalar, value: Json, place: Place): Json {
  switch (kind) {
    case 'any':
      return value
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'bytes':
      if (typeof value === 'string') return base64(value)
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'double':
      if (typeof value === 'number') return value
      break
    case 'int32':
    case 'int64':
      if (isInteger(kind, value)) return value
      break
  }
  throw wrongType(value, place, { is: 'scalar', scalar: kind })
}

function isInteger(kind: 'int32' | 'int64', value: Json): value is number | bigint {
  if (typeof value === 'bigint') return kind === 'int64' && BigInt.asIntN(64, value) === value
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  return kind === 'int64' || (value >= -int32Max && value < int32Max)
}

function base64(text: string): string {
  const bare = text.replaceAll(/[\r\n]/g, '')
  const wrong =
    bare.length % 4 === 0
      ? bare.search(/[^A-Za-z0-9+/](?!=?$)|=(?!=?$)/)
      : /^[A-Za-z0-9+/]*/.exec(bare)?.[0].length
  if (wrong !== undefined && wrong >= 0) throw new DecodeError(`illegal base64 data at input byte ${wrong}`)
  return bare
}

function special(type: TypeDef, value: Json, place: Place): Json | undefined {
  switch (type.special) {
    case 'quantity':
      return quantity(value)
    case 'time':
    case 'microtime':
      return time(type.special, value, place)
    case 'duration':
      if (typeof value !== 'string') throw wrongType(value, place, { is: 'scalar', scalar: 'string' })
      if (parseDuration(value) === undefined)
        throw new DecodeError(`time: invalid duration ${JSON.stringify(value)}`)
      return value
    case 'int-or-string':
      return intOrString(value, place)
    case 'fieldsV1':
    case 'raw':
    case 'json':
    case 'wrapper':
    case 'or':
    case 'typeMeta':
    case 'envelope':
    case undefined:
      return value
  }
}

const quantityComplaint =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

function quantity(value: Json): string {
  const text = typeof value === 'number' ? String(value) : value
  const canonical = typeof text === 'string' ? canonicalQuantity(text) : undefined
  if (canonical === undefined) throw new DecodeError(quantityComplaint)
  return canonical
}

function time(form: 'time' | 'microtime', value: Json, place: Place): string {
  if (typeof value !== 'string') throw wrongType(value, place, { is: 'scalar', scalar: 'string' })
  const moment = parseTime(value)
  if (moment) return form === 'time' ? formatTime(moment) : formatMicroTime(moment)
  const layout = form === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00'
  const shown = JSON.stringify(value)
  throw new DecodeError(`parsing time ${shown} as "${layout}": cannot parse ${shown} as "2006"`)
}

function intOrString(value: Json, place: Place): Json {
  if (typeof value === 'string' || isInteger('int32', value)) return value
  throw wrongType(value, place, { is: 'scalar', scalar: 'int32' })
}

function wrongType(value: Json, place: Place, wanted: Shape): DecodeError {
  const where = place.struct === '' ? 'Go value' : `Go struct field ${place.struct}.${place.fields}`
  return new DecodeError(`json: cannot unmarshal ${jsonWord(value)} into ${where} of type ${goType(wanted)}`)
}

/** A JSON value as Go's decoder names it. */
function jsonWord(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
    case 'bigint':
      return `number${Number.isInteger(value) && Math.abs(Number(value)) < int32Max ? '' : ` ${value}`}`
    default:
      return 'object'
  }
}

const goScalars = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  bytes: '[]uint8',
  any: 'interface {}',
} as const

function goType(shape: Shape): string {
  switch (shape.is) {
    case 'scalar':
      return goScalars[shape.scalar]
    case 'list':
      return `[]${goType(shape.of)}`
    case 'map':
      return `map[string]${goType(shape.of)}`
    case 'object':
      return goName(shape.type().name)
  }
}

const shortName = (name: string) => name.slice(name.lastIndexOf('.') + 1)
const goName = (name: string) => name.split('.').slice(-2).join('.')
