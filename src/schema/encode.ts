import type { Json } from './object.ts'
import { stringifyJson } from './json.ts'
import type { Field, Shape, TypeDef } from './type.ts'

type Members = { [key: string]: Json }
type Writer = (value: unknown) => unknown

const writers = new WeakMap<TypeDef, (value: Members) => Members>()

/** The same object with its fields in upstream's order, empty ones left out or written as upstream does. */
export function canonical<T extends object>(type: TypeDef, object: T): T {
  return structWriter(type)(object as unknown as Members) as unknown as T
}

/** The JSON text of an object, byte for byte as upstream writes it. */
export function toJson(type: TypeDef, object: object): string {
  const ordered = canonical(type, object)
  return hasBigInt(ordered) ? stringifyJson(ordered) : JSON.stringify(ordered)
}

function hasBigInt(value: unknown): boolean {
  if (typeof value === 'bigint') return true
  if (typeof value !== 'object' || value === null) return false
  for (const key in value) if (hasBigInt((value as Record<string, unknown>)[key])) return true
  return false
}

/** One function per type, made on first use: fields in order, each with its own rule. */
function structWriter(type: TypeDef): (value: Members) => Members {
  const known = writers.get(type)
  if (known) return known
  let rules: (readonly [string, (value: unknown, out: Members) => void])[] | undefined
  const write = (value: Members): Members => {
    rules ??= type.fields.map((field) => [field.name, fieldRule(field)])
    const out: Members = {}
    for (const [name, rule] of rules) rule(value[name], out)
    return out
  }
  writers.set(type, write)
  return write
}

/** Writes one field into the object, or leaves it out. */
function fieldRule(field: Field): (value: unknown, out: Members) => void {
  const { name, shape } = field
  const write = valueWriter(shape)
  const zero = zeroOf(field)
  const keeps = keepsWhenEmpty(field)
  return (value, out) => {
    if (value === undefined || value === null) {
      if (zero !== undefined) out[name] = zero()
    } else if (keeps || !isEmpty(value)) out[name] = write(value) as Json
  }
}

/** What an unset field is written as; undefined = not at all. */
function zeroOf(field: Field): (() => Json) | undefined {
  const { shape, pointer, omit } = field
  if (isStructByValue(field)) {
    const type = (shape as Extract<Shape, { is: 'object' }>).type
    return () => structWriter(type())({})
  }
  if (omit === 'emptyOrZero' || (omit === 'empty' && !isSpecialByValue(field))) return undefined
  if (pointer || shape.is === 'list' || shape.is === 'map' || shape.is === 'object')
    return () => specialZero(shape)
  const zero = { string: '', boolean: false, int32: 0, int64: 0, double: 0, bytes: null, any: null }[
    shape.scalar
  ]
  return () => zero
}

/** Unset values with a form of their own: a zero quantity is "0", a zero int-or-string 0, all others null. */
function specialZero(shape: Shape): Json {
  if (shape.is !== 'object') return null
  const { special } = shape.type()
  return special === 'quantity' ? '0' : special === 'int-or-string' ? 0 : special === 'duration' ? '0s' : null
}

function isStructByValue({ shape, pointer, omit }: Field): boolean {
  return shape.is === 'object' && !pointer && omit !== 'emptyOrZero' && shape.type().special === undefined
}

/** Go never takes a struct for empty, so these are written in their zero form. */
const structLike: ReadonlySet<string> = new Set([
  'time',
  'microtime',
  'quantity',
  'int-or-string',
  'duration',
  'raw',
  'json',
])

function isSpecialByValue({ shape, pointer }: Field): boolean {
  return shape.is === 'object' && !pointer && structLike.has(shape.type().special ?? '')
}

/** Pointers and structs are written even when what they point to is empty. */
function keepsWhenEmpty(field: Field): boolean {
  return field.omit === 'never' || field.pointer || field.shape.is === 'object'
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === false || value === 0) return true
  if (Array.isArray(value)) return value.length === 0
  if (typeof value !== 'object' || value === null) return false
  for (const _ in value) return false
  return true
}

function valueWriter(shape: Shape): Writer {
  switch (shape.is) {
    case 'scalar':
      return (value) => value
    case 'list': {
      const write = valueWriter(shape.of)
      return shape.of.is === 'scalar' ? (value) => value : (value) => (value as unknown[]).map(write)
    }
    case 'map':
      return mapWriter(valueWriter(shape.of))
    case 'object': {
      const { type } = shape
      let write: Writer | undefined
      return (value) => {
        write ??= type().special === undefined ? (structWriter(type()) as Writer) : (one) => one
        return write(value)
      }
    }
  }
}

/** Go writes maps with sorted keys. */
function mapWriter(write: Writer): Writer {
  return (value) => {
    const out: Record<string, unknown> = {}
    for (const key of Object.keys(value as object).sort()) {
      const one = write((value as Record<string, unknown>)[key])
      if (key === '__proto__') Object.defineProperty(out, key, { value: one, enumerable: true })
      else out[key] = one
    }
    return out
  }
}
