import { compareBytes } from '#base/byte-order'
import type { JSONSchemaProps } from '../gen/apiextensions-v1.ts'

/** A schema inside another, and where it stands there. */
export type SchemaPart = readonly [at: string, schema: JSONSchemaProps]

/** The members of a map of schemas, in order of their names. */
export const sortedParts = (schemas: Readonly<Record<string, JSONSchemaProps>> = {}) =>
  Object.entries(schemas).sort(([a], [b]) => compareBytes(a, b))

/** The schema of a list's items, where there is one for all. */
export const itemsOf = ({ items }: JSONSchemaProps): JSONSchemaProps | undefined =>
  Array.isArray(items) ? undefined : items

/** The schema of a map's values, where there is one. */
export function valuesOf({ additionalProperties: values }: JSONSchemaProps): JSONSchemaProps | undefined {
  return typeof values === 'object' ? values : undefined
}

/** The schemas that a value must fit beside its own. */
export function* junctions(schema: JSONSchemaProps): Iterable<SchemaPart> {
  if (schema.not) yield ['not', schema.not]
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const) {
    for (const [i, one] of (schema[name] ?? []).entries()) yield [`${name}[${i}]`, one]
  }
}

/** Every schema that stands in a schema. */
export function* schemaParts(schema: JSONSchemaProps): Iterable<SchemaPart> {
  const values = valuesOf(schema)
  if (values) yield ['additionalProperties', values]
  for (const [name, one] of sortedParts(schema.properties)) yield [`properties[${name}]`, one]
  yield* junctions(schema)
  for (const [name, one] of sortedParts(schema.definitions)) yield [`definitions[${name}]`, one]
  const { items } = schema
  if (Array.isArray(items)) for (const [i, one] of items.entries()) yield [`items[${i}]`, one]
  else if (items) yield ['items', items]
}

/** Whether something is so of a schema or of one inside it. */
export function someSchema(
  schema: JSONSchemaProps | undefined,
  isSo: (schema: JSONSchemaProps) => boolean,
): boolean {
  if (!schema) return false
  return isSo(schema) || [...schemaParts(schema)].some(([, one]) => someSchema(one, isSo))
}
