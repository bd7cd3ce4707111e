import { type FieldError, required } from '#base/field-error'
import type { JSONSchemaProps } from '../gen/apiextensions-v1.ts'
import { itemsOf, junctions, sortedParts, valuesOf } from './schema-parts.ts'

/** What a narrowing schema speaks of, and the schema that tells its type. */
interface Pair {
  readonly narrowing: JSONSchemaProps
  readonly at: string
  readonly schema: JSONSchemaProps | undefined
  readonly path: string
}

function* pairErrors({ narrowing, at, schema, path }: Pair): Iterable<FieldError> {
  if (!schema) {
    yield required(path, `because it is defined in ${at}`)
    return
  }
  for (const [name, one] of junctions(narrowing)) {
    yield* pairErrors({ narrowing: one, at: `${at}.${name}`, schema, path })
  }
  const items = itemsOf(narrowing)
  if (items) {
    const parts = { narrowing: items, at: `${at}.items` }
    yield* pairErrors({ ...parts, schema: itemsOf(schema), path: `${path}.items` })
  }
  for (const [name, one] of sortedParts(narrowing.properties)) {
    const step = `properties[${name}]`
    const parts = { narrowing: one, at: `${at}.${step}` }
    yield* pairErrors({ ...parts, schema: schema.properties?.[name], path: `${path}.${step}` })
  }
}

/** An error for each field that only a narrowing schema speaks of. */
export function* completenessErrors(schema: JSONSchemaProps, path: string): Iterable<FieldError> {
  for (const [at, narrowing] of junctions(schema)) {
    yield* pairErrors({ narrowing, at: `${path}.${at}`, schema, path })
  }
  const items = itemsOf(schema)
  if (items) yield* completenessErrors(items, `${path}.items`)
  for (const [name, one] of sortedParts(schema.properties)) {
    yield* completenessErrors(one, `${path}.properties[${name}]`)
  }
  const values = valuesOf(schema)
  if (values) yield* completenessErrors(values, `${path}.additionalProperties`)
}
