import { KubectlError } from '../fault.ts'

/** An OpenAPI v3 schema, as far as it is explained. */
export interface Schema {
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly allOf?: readonly Schema[]
  readonly enum?: readonly string[]
  readonly $ref?: string
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[]
}

/** The schemas of one API version, by name. */
export type Schemas = Readonly<Record<string, Schema>>

/** The name that a schema refers to, if it only refers. */
export function refOf({ $ref, allOf }: Schema): string | undefined {
  const ref = $ref ?? allOf?.find((one) => one.$ref !== undefined)?.$ref
  return ref?.slice(ref.lastIndexOf('/') + 1)
}

/** The schema itself, or the one that it refers to. */
export function resolved(schema: Schema, schemas: Schemas): Schema {
  const ref = refOf(schema)
  return ref === undefined ? schema : (schemas[ref] ?? schema)
}

/** What lies in lists and maps: the schema of an element; the schema itself when it is neither. */
export function element(schema: Schema, schemas: Schemas): Schema {
  const own = resolved(schema, schemas)
  if (own.items) return element(own.items, schemas)
  if (typeof own.additionalProperties === 'object') return element(own.additionalProperties, schemas)
  return own
}

/** Types whose names say less than what they are written as. */
const times = ['Time', 'MicroTime']

/** How a type is shown: `string`, `[]Container`, `map[string]Quantity`. */
export function typeName(schema: Schema): string {
  const ref = refOf(schema)
  if (ref !== undefined) {
    const name = ref.slice(ref.lastIndexOf('.') + 1)
    return times.includes(name) ? 'string' : name
  }
  if (schema.items) return `[]${typeName(schema.items)}`
  if (typeof schema.additionalProperties === 'object')
    return `map[string]${typeName(schema.additionalProperties)}`
  return schema.type ?? 'Object'
}

/** The schema of a field path. @throws KubectlError for a field that is not there. */
export function fieldAt(root: Schema, path: readonly string[], schemas: Schemas): Schema {
  let schema = root
  for (const name of path) {
    const next = element(schema, schemas).properties?.[name]
    if (next === undefined) throw new KubectlError(`field ${JSON.stringify(name)} does not exist`)
    schema = next
  }
  return schema
}
