import type { Field, Shape, TypeDef } from './type.ts'

/** Which description language: Swagger 2.0 or OpenAPI 3.0. */
export type Dialect = 'v2' | 'v3'

/** A JSON schema as plain data. */
export type JsonSchema = { readonly [key: string]: unknown }

const scalarSchemas: Readonly<Record<string, JsonSchema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  any: {},
}

/** Types with a JSON form of their own, by dialect where it differs. */
const specialSchemas: Readonly<Record<string, JsonSchema | Readonly<Record<Dialect, JsonSchema>>>> = {
  quantity: { v2: { type: 'string' }, v3: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
  time: { type: 'string', format: 'date-time' },
  microtime: { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
  'int-or-string': {
    v2: { type: 'string', format: 'int-or-string' },
    v3: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  raw: { type: 'object' },
  fieldsV1: { type: 'object' },
  wrapper: { type: 'array', items: { type: 'string' } },
}

const prefixes: Readonly<Record<Dialect, string>> = { v2: '#/definitions/', v3: '#/components/schemas/' }

/** A reference to a type that the document describes. */
export const schemaRef = (dialect: Dialect, name: string): JsonSchema => ({ $ref: prefixes[dialect] + name })

/** What types and their fields are, in words. */
export interface Descriptions {
  describeType(typeName: string): string | undefined
  describeField(typeName: string, field: string): string | undefined
}

const described = (text: string | undefined): JsonSchema => (text === undefined ? {} : { description: text })

/** The description of a type: its fields, which are required, and how lists and maps merge. */
export function schemaOf(type: TypeDef, dialect: Dialect, words: Descriptions): JsonSchema {
  return { ...described(words.describeType(type.name)), ...formOf(type, dialect, words) }
}

function formOf(type: TypeDef, dialect: Dialect, words: Descriptions): JsonSchema {
  if (type.special !== undefined) {
    const special = specialSchemas[type.special] ?? {}
    return 'v2' in special && 'v3' in special ? (special[dialect] as JsonSchema) : special
  }
  const required = type.fields.filter((field) => field.required).map((field) => field.name)
  const properties = type.fields.map(
    (field) => [field.name, propertyOf(type, field, dialect, words)] as const,
  )
  return {
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(required.length > 0 && { required }),
    type: 'object',
    ...(type.structType === 'atomic' && { 'x-kubernetes-map-type': 'atomic' }),
  }
}

function propertyOf(type: TypeDef, field: Field, dialect: Dialect, words: Descriptions): JsonSchema {
  const { shape, values } = field
  const schema = shapeSchema(shape, dialect, values)
  const isReference = '$ref' in schema
  return {
    ...described(words.describeField(type.name, field.name)),
    // Beside a reference, OpenAPI 3.0 reads nothing else; so it stands in a list of its own.
    ...(isReference && dialect === 'v3' ? { allOf: [schema] } : schema),
    // Swagger 2.0 is without defaults: older clients take them for values to send.
    ...(!isReference && dialect === 'v3' && defaultOf(field)),
    ...(isReference && dialect === 'v3' && !field.pointer && isStruct(shape) && { default: {} }),
    ...merging(field),
  }
}

const zeros: Readonly<Record<string, unknown>> = { string: '', boolean: false, int32: 0, int64: 0, double: 0 }

/** The declared default; what is always written has its zero value as one. */
function defaultOf({ default: declared, shape, pointer, omit }: Field): JsonSchema {
  if (declared !== undefined) return { default: declared }
  const zero = shape.is === 'scalar' && !pointer && omit === 'never' ? zeros[shape.scalar] : undefined
  return zero === undefined ? {} : { default: zero }
}

const isStruct = (shape: Shape) => shape.is === 'object' && shape.type().special === undefined

function merging(field: Field): JsonSchema {
  return {
    ...(field.listMapKeys && { 'x-kubernetes-list-map-keys': field.listMapKeys }),
    ...(field.listType && { 'x-kubernetes-list-type': field.listType }),
    ...((field.mapType === 'atomic' || field.structType === 'atomic') && {
      'x-kubernetes-map-type': 'atomic',
    }),
    ...(field.patchMergeKey && { 'x-kubernetes-patch-merge-key': field.patchMergeKey }),
    ...(field.patchStrategy && { 'x-kubernetes-patch-strategy': field.patchStrategy }),
  }
}

function shapeSchema(shape: Shape, dialect: Dialect, values?: readonly string[]): JsonSchema {
  switch (shape.is) {
    case 'scalar':
      return { ...scalarSchemas[shape.scalar], ...(values && { enum: values }) }
    case 'list':
      return { type: 'array', items: elementSchema(shape.of, dialect, values) }
    case 'map':
      return { type: 'object', additionalProperties: elementSchema(shape.of, dialect, values) }
    case 'object':
      return schemaRef(dialect, shape.type().name)
  }
}

/** Elements are never left out, so each has the zero value of its shape as a default. */
function elementSchema(shape: Shape, dialect: Dialect, values?: readonly string[]): JsonSchema {
  const schema = shapeSchema(shape, dialect, values)
  if (dialect === 'v2') return schema
  if (shape.is === 'scalar' && shape.scalar in zeros) return { ...schema, default: zeros[shape.scalar] }
  return isStruct(shape) ? { allOf: [schema], default: {} } : schema
}

/** A type and all types that its fields lead to, each once. */
export function typesBelow(roots: Iterable<TypeDef>): TypeDef[] {
  const found = new Map<string, TypeDef>()
  const visit = (type: TypeDef) => {
    if (found.has(type.name)) return
    found.set(type.name, type)
    for (const { shape } of type.fields) visitShape(shape)
    for (const shape of type.alternatives ?? []) visitShape(shape)
  }
  const visitShape = (shape: Shape): void => {
    if (shape.is === 'object') visit(shape.type())
    else if (shape.is === 'list' || shape.is === 'map') visitShape(shape.of)
  }
  for (const root of roots) visit(root)
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
