import { compareBytes } from '#base/byte-order'
import { quote, stringifyJson } from './json.ts'
import type { Field, Shape, TypeDef } from './type.ts'

type Writer = (value: unknown) => string
type Members = Readonly<Record<string, unknown>>

const structWriters = new WeakMap<TypeDef, Writer>()
const nothing: Members = {}

/** The JSON text of an object, byte for byte as upstream writes it. */
export const toJson = (type: TypeDef, object: object): string => structWriter(type)(object)

/** One function per type, made on first use: its fields in order, each with its own rule. */
function structWriter(type: TypeDef): Writer {
  const known = structWriters.get(type)
  if (known) return known
  let names: readonly string[] = []
  let rules: readonly FieldRule[] | undefined
  const write: Writer = (value) => {
    if (rules === undefined) {
      names = type.fields.map((field) => field.name)
      rules = type.fields.map((field) => fieldRule(field, isListType(type)))
    }
    let out = ''
    for (let i = 0; i < rules.length; i++) {
      const text = (rules[i] as FieldRule)((value as Members)[names[i] as string])
      if (text !== '') out += out === '' ? text : `,${text}`
    }
    return `{${out}}`
  }
  structWriters.set(type, write)
  return write
}

/** `"name":value`, or nothing for a field that is left out. */
type FieldRule = (value: unknown) => string

/** A list of objects: its `items` are a list even when there are none. */
export const isListType = (type: TypeDef) => type.name.endsWith('List') && type.byName.has('items')

function fieldRule(field: Field, isInList: boolean): FieldRule {
  const write = valueWriter(field.shape)
  const start = `${JSON.stringify(field.name)}:`
  const { isUnset, zero } = omission(field, isInList)
  const unset = zero === undefined ? '' : start + zero
  return (value) => (isUnset(value) ? unset : start + write(value))
}

/** When a field counts as unset. */
export interface Omission {
  readonly isUnset: (value: unknown) => boolean
  /** The JSON that stands for the unset field; undefined for one that is left out then. */
  readonly zero: string | undefined
}

const isNothing = (value: unknown) => value === undefined || value === null

/** Which values of a field upstream leaves out, or writes as nothing. */
export function omission(field: Field, isInList: boolean): Omission {
  const { shape, omit, pointer } = field
  const zero = zeroOf(field)
  const nullsEmpty = omit === 'never' && !pointer && !(isInList && field.name === 'items')
  const isContainer = shape.is === 'list' || shape.is === 'map' || isWrapper(shape)
  if (isContainer && !pointer) {
    const keepsEmpty = omit === 'never' && !nullsEmpty
    return keepsEmpty
      ? { zero, isUnset: isNothing }
      : { zero, isUnset: (value) => isNothing(value) || isEmptyContainer(value) }
  }
  const dropsZero = shape.is === 'scalar' && !pointer && omit !== 'never'
  return { zero, isUnset: dropsZero ? (value) => !value : isNothing }
}

const isWrapper = (shape: Shape) => shape.is === 'object' && shape.type().special === 'wrapper'

function isEmptyContainer(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value as object) return false
  return true
}

/** What an unset field is written as; undefined = not at all. */
function zeroOf({ shape, pointer, omit }: Field): string | undefined {
  const isStruct = shape.is === 'object' && shape.type().special !== 'wrapper'
  if (pointer) return omit === 'never' ? 'null' : undefined
  if (omit === 'emptyOrZero' || (omit === 'empty' && !isStruct)) return undefined
  switch (shape.is) {
    case 'list':
    case 'map':
      return 'null'
    case 'scalar':
      return {
        string: '""',
        boolean: 'false',
        int32: '0',
        int64: '0',
        double: '0',
        bytes: 'null',
        any: 'null',
      }[shape.scalar]
    case 'object':
      return zeroObject(shape.type())
  }
}

/** Unset values with a form of their own; all others are null. */
const zeroSpecials: Readonly<Record<string, string>> = {
  quantity: '"0"',
  duration: '"0s"',
  'int-or-string': '0',
}

/** What Go holds by value, when nothing is set. */
export const zeroObject = (type: TypeDef): string =>
  type.special === undefined ? structWriter(type)(nothing) : (zeroSpecials[type.special] ?? 'null')

function valueWriter(shape: Shape): Writer {
  switch (shape.is) {
    case 'scalar':
      return scalarWriter(shape.scalar)
    case 'list':
      return listWriter(valueWriter(shape.of))
    case 'map':
      return mapWriter(valueWriter(shape.of))
    case 'object':
      return objectWriter(shape.type)
  }
}

function scalarWriter(scalar: string): Writer {
  if (scalar === 'string' || scalar === 'bytes') {
    return (value) => (typeof value === 'string' ? quote(value) : stringifyJson(value))
  }
  return scalar === 'any' || scalar === 'double' ? stringifyJson : String
}

function objectWriter(typeOf: () => TypeDef): Writer {
  let write: Writer | undefined
  return (value) => {
    if (write === undefined) {
      const type = typeOf()
      if (type.special === undefined) write = structWriter(type)
      else if (type.alternatives?.length) write = alternativeWriter(type.alternatives)
      else write = stringifyJson
    }
    return value === undefined || value === null ? zeroObject(typeOf()) : write(value)
  }
}

/** Writes each value as the one of several shapes that it has. */
function alternativeWriter(shapes: readonly Shape[]): Writer {
  const writers = shapes.map((shape) => ({ is: shape.is, write: valueWriter(shape) }))
  return (value) => {
    const is = Array.isArray(value) ? 'list' : typeof value === 'object' ? 'object' : 'scalar'
    return (writers.find((one) => one.is === is)?.write ?? stringifyJson)(value)
  }
}

function listWriter(write: Writer): Writer {
  return (value) => {
    const list = value as readonly unknown[]
    let out = ''
    for (let i = 0; i < list.length; i++) out += i === 0 ? write(list[i]) : `,${write(list[i])}`
    return `[${out}]`
  }
}

/** Go writes maps with sorted keys. */
function mapWriter(write: Writer): Writer {
  return (value) => {
    const map = value as Members
    let out = ''
    for (const name of Object.keys(map).sort(compareBytes)) {
      out += `${out === '' ? '' : ','}${quote(name)}:${write(map[name])}`
    }
    return `{${out}}`
  }
}
