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

type Named = (name: string) => TypeDef

function shapeOf(type: string, named: Named): Shape {
  if (type.startsWith('list<')) return { is: 'list', of: shapeOf(type.slice(5, -1), named) }
  if (type.startsWith('map<')) return { is: 'map', of: shapeOf(type.slice(4, -1), named) }
  if (scalars.has(type)) return { is: 'scalar', scalar: type as Scalar }
  return { is: 'object', type: () => named(type) }
}

function fieldOf([name, type, proto, flags, more]: FieldRow, named: Named): Field {
  return {
    name,
    shape: shapeOf(type, named),
    proto,
    pointer: flags.includes('p'),
    omit: flags.includes('e') ? 'empty' : flags.includes('z') ? 'emptyOrZero' : 'never',
    required: flags.includes('r'),
    ...more,
  }
}

/** Of types that stand for other shapes: a list, or an object or something simpler. */
function alternativesOf(rows: { special: Special; json?: string }, named: Named): Shape[] {
  if (rows.json === undefined || (rows.special !== 'or' && rows.special !== 'wrapper')) return []
  const [first, second] = rows.json.split(' or ') as [string, string?]
  if (second === undefined) return [shapeOf(first, named)]
  return [
    shapeOf(first, named),
    second === 'list of it' ? shapeOf(`list<${first}>`, named) : shapeOf(second, named),
  ]
}

function build(name: string, from: readonly TypeRows[], named: Named): TypeDef {
  const rows = from.find((table) => table[name] !== undefined)?.[name]
  assert(rows !== undefined, `type ${name} is in a table`)
  if ('special' in rows) {
    const alternatives = alternativesOf(rows, named)
    return { name, special: rows.special, alternatives, fields: [], byName: new Map() }
  }
  const fields = rows.fields.map((row) => fieldOf(row, named))
  return {
    name,
    ...(rows.structType && { structType: rows.structType }),
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
  }
}

/** Gives types of some tables by name, each built on first use. @throws AssertionError for a name that is in none. */
export function typesIn(from: readonly TypeRows[]): Named {
  const built = new Map<string, TypeDef>()
  const named = (name: string): TypeDef => {
    let type = built.get(name)
    if (type === undefined) {
      type = build(name, from, named)
      built.set(name, type)
    }
    return type
  }
  return named
}

/** A built-in type by its OpenAPI name, built on first use. @throws AssertionError for a name that is not generated. */
export const typeNamed: (name: string) => TypeDef = typesIn(tables)
