import { type Duplicates, noDuplicates, setMember } from './json.ts'
import { goName, jsonWord, shortName } from './go-words.ts'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'
import { type Context, DecodeError, fieldName, wrongType } from './decode-context.ts'
import { readScalar, zeroScalar } from './decode-scalar.ts'
import { readSpecial } from './decode-special.ts'
import type { Field, Shape, TypeDef } from './type.ts'

export { DecodeError } from './decode-context.ts'

/** What decoding found. */
export interface Decoded {
  /**
   * The value with unknown members left out, nulls taken as unset, quantities and times in canonical form.
   * What Go holds by value is there: structs as objects, required lists, maps and scalars in their zero form.
   * Optional scalars, lists and maps in their zero form are not.
   */
  readonly object: { [key: string]: Json }
  /** Unknown and repeated members in upstream's words and order: `unknown field "spec.foo"`. */
  readonly strict: readonly string[]
}

type Reader = (value: Json, context: Context) => Json | undefined

const strictMax = 100
const structReaders = new WeakMap<TypeDef, (value: Json, context: Context) => { [key: string]: Json }>()

/**
 * Reads a parsed JSON value as an object of `type`. Tell it the members that the text repeats to have them reported.
 * @throws DecodeError when a value has the wrong type or form; the first such fault counts.
 */
export function decode(type: TypeDef, value: Json, duplicates: Duplicates = noDuplicates): Decoded {
  const context: Context = { path: [], fields: [], struct: '', strict: [], duplicates, fault: undefined }
  if (!isPlainObject(value)) {
    throw new DecodeError(
      `json: cannot unmarshal ${jsonWord(value)} into Go value of type ${goName(type.name)}`,
    )
  }
  const object = structReader(type)(value, context)
  if (context.fault !== undefined) throw context.fault
  return { object, strict: context.strict.slice(0, strictMax) }
}

interface FieldReader {
  readonly name: string
  readonly read: Reader
  /** What takes the place of an unset value; undefined where unset stays unset. */
  readonly fill: (() => Json) | undefined
  readonly dropsEmpty: boolean
}

/** The function that reads values of a struct type; made on first use. */
function structReader(type: TypeDef): (value: Json, context: Context) => { [key: string]: Json } {
  const known = structReaders.get(type)
  if (known) return known
  let fields: Map<string, FieldReader> | undefined
  let filled: readonly FieldReader[] = []
  const struct = shortName(type.name)
  const read = (value: Json, context: Context): { [key: string]: Json } => {
    if (fields === undefined) {
      fields = new Map(type.fields.map((field) => [field.name, fieldReader(field)]))
      filled = [...fields.values()].filter((field) => field.fill !== undefined)
    }
    const object = isPlainObject(value) ? value : undefined
    if (object === undefined) wrongType(context, value, { is: 'object', type: () => type })
    const out = object === undefined ? {} : readMembers(object, fields, struct, context)
    for (const field of filled) {
      if (out[field.name] === undefined) out[field.name] = (field.fill as () => Json)()
    }
    return out
  }
  structReaders.set(type, read)
  return read
}

function readMembers(
  value: { [key: string]: Json },
  fields: Map<string, FieldReader>,
  struct: string,
  context: Context,
): { [key: string]: Json } {
  const out: { [key: string]: Json } = {}
  const outer = context.struct
  for (const name in value) {
    const field = fields.get(name)
    const one = value[name] as Json
    if (field === undefined) {
      context.strict.push(`unknown field "${fieldName(context, name)}"`)
      continue
    }
    if (one === null) continue
    context.path.push(name)
    context.fields.push(name)
    context.struct = struct
    const read = field.read(one, context)
    if (read !== undefined && !(field.dropsEmpty && isEmpty(read))) out[name] = read
    context.struct = outer
    context.fields.pop()
    context.path.pop()
  }
  reportDuplicates(value, context, (name) => fields.has(name))
  return out
}

function reportDuplicates(value: object, context: Context, isKnown: (name: string) => boolean): void {
  if (context.duplicates.size === 0) return
  for (const name of context.duplicates.get(value) ?? []) {
    if (isKnown(name)) context.strict.push(`duplicate field "${fieldName(context, name)}"`)
  }
}

function isEmpty(value: Json): boolean {
  if (value === '' || value === 0 || value === false) return true
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}

function fieldReader(field: Field): FieldReader {
  return {
    name: field.name,
    read: shapeReader(field.shape),
    fill: fillOf(field),
    dropsEmpty: !field.required && !field.pointer && !isHeld(field) && !isStruct(field.shape),
  }
}

/** True for what Go holds as a struct: never empty. */
const isStruct = (shape: Shape) => shape.is === 'object' && shape.type().special !== 'wrapper'

/** True for a scalar that is always written, so that its zero form stands for unset. */
const isHeld = ({ shape, omit, required }: Field) => shape.is === 'scalar' && (required || omit === 'never')

/** Zero forms of types that have one of their own; the others are unset when they are zero. */
const zeroSpecials: Readonly<Record<string, Json>> = { quantity: '0', duration: '0s', 'int-or-string': 0 }

function fillOf(field: Field): (() => Json) | undefined {
  const { shape, pointer, required } = field
  if (pointer) return undefined
  switch (shape.is) {
    case 'list':
      return required ? () => [] : undefined
    case 'map':
      return required ? () => ({}) : undefined
    case 'scalar': {
      const zero = zeroScalar(shape.scalar)
      return isHeld(field) && zero !== null ? () => zero : undefined
    }
    case 'object':
      return fillOfObject(shape.type(), required)
  }
}

function fillOfObject(type: TypeDef, required: boolean): (() => Json) | undefined {
  if (type.special === undefined) return () => zeroStruct(type)
  if (type.special === 'wrapper') return required ? () => [] : undefined
  const zero = zeroSpecials[type.special]
  return zero === undefined ? undefined : () => zero
}

function zeroStruct(type: TypeDef): Json {
  return structReader(type)({}, emptyContext())
}

const emptyContext = (): Context => ({
  path: [],
  fields: [],
  struct: '',
  strict: [],
  duplicates: noDuplicates,
  fault: undefined,
})

function shapeReader(shape: Shape): Reader {
  switch (shape.is) {
    case 'scalar': {
      const { scalar } = shape
      return (value, context) => readScalar(scalar, value, context)
    }
    case 'list':
      return listReader(shape)
    case 'map':
      return mapReader(shape)
    case 'object':
      return objectReader(shape.type)
  }
}

function objectReader(typeOf: () => TypeDef): Reader {
  let read: Reader | undefined
  return (value, context) => {
    if (read === undefined) {
      const type = typeOf()
      if (type.special === undefined) read = structReader(type)
      else if (type.alternatives?.length) read = alternativeReader(type.alternatives)
      else read = (one, at) => readSpecial(type, one, at)
    }
    return read(value, context)
  }
}

/** Reads a value as the one of several shapes that its JSON type fits; the last one refuses what fits none. */
function alternativeReader(shapes: readonly Shape[]): Reader {
  const readers = shapes.map((shape) => ({ is: shape.is, read: shapeReader(shape) }))
  return (value, context) => {
    const is = Array.isArray(value) ? 'list' : isPlainObject(value) ? 'object' : 'scalar'
    const fitting = readers.find((one) => one.is === is) ?? readers.at(-1)
    return fitting?.read(value, context)
  }
}

/** What Go puts for a null element. */
function zeroOf(shape: Shape): Json {
  if (shape.is === 'scalar') return zeroScalar(shape.scalar)
  if (shape.is !== 'object') return null
  const type = shape.type()
  return type.special === undefined ? zeroStruct(type) : type.special === 'quantity' ? '0' : null
}

function listReader(shape: Extract<Shape, { is: 'list' }>): Reader {
  const read = shapeReader(shape.of)
  return (value, context) => {
    if (!Array.isArray(value)) return wrongType(context, value, shape)
    const out: Json[] = []
    for (let i = 0; i < value.length; i++) {
      const one = value[i] as Json
      context.path.push(i)
      out.push((one === null ? undefined : read(one, context)) ?? zeroOf(shape.of))
      context.path.pop()
    }
    return out
  }
}

function mapReader(shape: Extract<Shape, { is: 'map' }>): Reader {
  const read = shapeReader(shape.of)
  return (value, context) => {
    if (!isPlainObject(value)) return wrongType(context, value, shape)
    const out: { [key: string]: Json } = {}
    for (const name in value) {
      const one = value[name] as Json
      context.path.push(name)
      setMember(out, name, (one === null ? undefined : read(one, context)) ?? zeroOf(shape.of))
      context.path.pop()
    }
    reportDuplicates(value, context, () => true)
    return out
  }
}
