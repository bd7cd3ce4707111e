import { assert } from '#base/assert'
import type { Field, Scalar, Shape, Special, TypeDef } from '#schema/type'
import { tables } from './gen/tables.ts'

/** A generated field: name, type, protobuf number, flags (e omit empty, z omit zero, p pointer, r required), the rest. */
export type FieldRow = readonly [name: string, type: string, proto: number, flags: string, more?: object]

/** Generated types by OpenAPI name. */
export type TypeRows = Readonly<
  Record<
    string,
    | { readonly fields: readonly FieldRow[]; readonly structType?: 'atomic' }
    | { readonly special: Special; readonly json?: string }
  >
>

const scalars: ReadonlySet<string> = new Set<Scalar>([
  'string',
  'boolean',
  'int32',
  'int64',
  'double',
  'bytes',
  'any',
])

const built = new Map<string, TypeDef>()

function shapeOf(type: string): Shape {
  if (type.startsWith('list<')) return { is: 'list', of: shapeOf(type.slice(5, -1)) }
  if (type.startsWith('map<')) return { is: 'map', of: shapeOf(type.slice(4, -1)) }
  if (scalars.has(type)) return { is: 'scalar', scalar: type as Scalar }
  return { is: 'object', type: () => typeNamed(type) }
}

function fieldOf([name, type, proto, flags, more]: FieldRow): Field {
  return {
    name,
    shape: shapeOf(type),
    proto,
    pointer: flags.includes('p'),
    omit: flags.includes('e') ? 'empty' : flags.includes('z') ? 'emptyOrZero' : 'never',
    required: flags.includes('r'),
    ...more,
  }
}

/** Of types that stand for other shapes: a list, or an object or something simpler. */
function alternativesOf(rows: { special: Special; json?: string }): Shape[] {
  if (rows.json === undefined || (rows.special !== 'or' && rows.special !== 'wrapper')) return []
  const [first, second] = rows.json.split(' or ') as [string, string?]
  if (second === undefined) return [shapeOf(first)]
  return [shapeOf(first), second === 'list of it' ? shapeOf(`list<${first}>`) : shapeOf(second)]
}

function build(name: string): TypeDef {
  const rows = tables.find((table) => table[name] !== undefined)?.[name]
  assert(rows !== undefined, `type ${name} is generated`)
  if ('special' in rows) {
    return { name, special: rows.special, alternatives: alternativesOf(rows), fields: [], byName: new Map() }
  }
  const fields = rows.fields.map(fieldOf)
  return {
    name,
    ...(rows.structType && { structType: rows.structType }),
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
  }
}

/** A built-in type by its OpenAPI name, built on first use. @throws AssertionError for a name that is not generated. */
export function typeNamed(name: string): TypeDef {
  let type = built.get(name)
  if (type === undefined) {
    type = build(name)
    built.set(name, type)
  }
  return type
}
