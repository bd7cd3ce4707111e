import { compareBytes } from '#base/byte-order'
import { parseJson, quote, stringifyJson } from './json.ts'
import type { Field, Shape, TypeDef } from './type.ts'

type Writer = (value: unknown) => string
type Members = Readonly<Record<string, unknown>>

const structWriters = new WeakMap<TypeDef, Writer>()
const nothing: Members = {}

/** The JSON text of an object, byte for byte as upstream writes it. */
export const toJson = (type: TypeDef, object: object): string => structWriter(type)(object)

/** The same object with its fields in upstream's order, empty ones left out or written as upstream does. */
export function canonical<T extends object>(type: TypeDef, object: T): T {
  return parseJson(toJson(type, object)) as unknown as T
}

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
const isListType = (type: TypeDef) => type.name.endsWith('List') && type.byName.has('items')

function fieldRule(field: Field, isInList: boolean): FieldRule {
  const { shape, omit, pointer } = field
  const write = valueWriter(shape)
  const start = `${JSON.stringify(field.name)}:`
  const zero = zeroOf(field)
  const unset = zero === undefined ? '' : start + zero
  const nullsEmpty = omit === 'never' && !pointer && !(isInList && field.name === 'items')
  const isContainer = shape.is === 'list' || shape.is === 'map' || isWrapper(shape)
  if (isContainer && !pointer) {
    const keepsEmpty = omit === 'never' && !nullsEmpty
    return (value) =>
      value === undefined || value === null || (!keepsEmpty && isEmptyContainer(value))
        ? unset
        : start + write(value)
  }
  if (shape.is === 'scalar' && !pointer && omit !== 'never') {
    return (value) => (value ? start + write(value) : unset)
  }
  return (value) => (value === undefined || value === null ? unset : start + write(value))
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
const zeroObject = (type: TypeDef): string =>
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
