import { compareBytes } from '#base/byte-order'
import { type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import { equal } from '#schema/equal'
import type { JSONSchemaProps } from '../gen/apiextensions-v1.ts'
import { completenessErrors } from './completeness-errors.ts'
import { itemsOf, junctions, sortedParts, valuesOf } from './schema-parts.ts'

/** Where a schema without a type stands, as its error names the place. */
type Level = 'at the root' | 'for specified array items' | 'for specified object fields'

const root: Level = 'at the root'
const field: Level = 'for specified object fields'
const numberOrText = [{ type: 'integer' }, { type: 'string' }]
const metaTypes = [
  ['kind', 'string'],
  ['apiVersion', 'string'],
  ['metadata', 'object'],
] as const

/** What a schema may not say that a value must fit beside its own: such a schema only narrows. */
const forbidden: readonly (readonly [keyof JSONSchemaProps, string])[] = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
]

const isIntOrString = (schema: JSONSchemaProps | undefined) => equal(schema?.anyOf, numberOrText)

/** The junctions of a schema that are not the known form of a number or a text. */
function* narrowing(schema: JSONSchemaProps, isTop: boolean): Iterable<readonly [string, JSONSchemaProps]> {
  for (const [at, one] of junctions(schema)) {
    if (isTop && at.startsWith('anyOf') && isIntOrString(schema)) continue
    yield [at, one]
  }
}

function* nestedErrors(schema: JSONSchemaProps, path: string, isKnown = false): Iterable<FieldError> {
  for (const [at, one] of narrowing(schema, isKnown)) yield* nestedErrors(one, `${path}.${at}`)
  const items = itemsOf(schema)
  if (items) yield* nestedErrors(items, `${path}.items`)
  for (const [name, one] of sortedParts(schema.properties)) {
    yield* nestedErrors(one, `${path}.properties[${name}]`)
  }
  for (const [name, wanted] of forbidden) {
    const value = schema[name]
    if (value === undefined || value === false || value === '') continue
    yield fieldForbidden(`${path}.${name}`, `must be ${wanted} to be structural`)
  }
  if (schema.properties?.metadata) {
    yield fieldForbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context')
  }
}

function* typeErrors(schema: JSONSchemaProps, level: Level, path: string): Iterable<FieldError> {
  const { type = '' } = schema
  const at = `${path}.type`
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const text = 'must be object if x-kubernetes-embedded-resource is true'
    yield type === '' ? required(at, text) : invalid(at, type, text)
  } else if (
    type === '' &&
    !schema['x-kubernetes-int-or-string'] &&
    !schema['x-kubernetes-preserve-unknown-fields']
  ) {
    yield required(at, `must not be empty ${level}`)
  }
  if (level === root && type !== '' && type !== 'object')
    yield invalid(at, type, 'must be object at the root')
}

/** A schema of metadata may narrow the names alone. */
function isMetadataPlain({ type: _type, default: _default, ...rest }: JSONSchemaProps): boolean {
  const names = Object.keys(rest.properties ?? {})
  const told = Object.entries(rest).filter(([name, value]) => name !== 'properties' && value !== undefined)
  return told.length === 0 && names.every((name) => name === 'name' || name === 'generateName')
}

function* metaErrors(schema: JSONSchemaProps, level: Level, path: string): Iterable<FieldError> {
  if (level !== root && !schema['x-kubernetes-embedded-resource']) return
  for (const [name, wanted] of metaTypes) {
    const property = schema.properties?.[name]
    if (!property || property.type === wanted) continue
    yield invalid(`${path}.properties[${name}].type`, property.type ?? '', `must be ${wanted}`)
  }
  const { metadata } = schema.properties ?? {}
  if (level !== root || !metadata || isMetadataPlain(metadata)) return
  const text =
    'must not specify anything other than name and generateName, but metadata is implicitly specified'
  yield fieldForbidden(`${path}.properties[metadata]`, text)
}

function* extensionErrors(schema: JSONSchemaProps, path: string): Iterable<FieldError> {
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true
  if (schema['x-kubernetes-int-or-string']) {
    const text = 'must be false if x-kubernetes-int-or-string is true'
    if (keepsUnknown) yield invalid(`${path}.x-kubernetes-preserve-unknown-fields`, true, text)
    if (isEmbedded) yield invalid(`${path}.x-kubernetes-embedded-resource`, true, text)
  }
  if (!isEmbedded) return
  if (schema.additionalProperties !== undefined) {
    const text = 'must not be used if x-kubernetes-embedded-resource is set'
    yield fieldForbidden(`${path}.additionalProperties`, text)
  }
  if (!keepsUnknown && Object.keys(schema.properties ?? {}).length === 0) {
    const text =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'
    yield required(`${path}.properties`, text)
  }
}

function* invariantErrors(schema: JSONSchemaProps, level: Level, path: string): Iterable<FieldError> {
  const items = itemsOf(schema)
  if (schema.type === 'array' && !items) yield required(`${path}.items`, 'must be specified')
  if (items) yield* invariantErrors(items, 'for specified array items', `${path}.items`)
  for (const [name, one] of sortedParts(schema.properties)) {
    yield* invariantErrors(one, field, `${path}.properties[${name}]`)
  }
  if (schema.additionalProperties !== undefined && level === root) {
    yield fieldForbidden(`${path}.additionalProperties`, 'must not be used at the root')
  }
  const values = valuesOf(schema)
  if (values) yield* invariantErrors(values, field, `${path}.additionalProperties`)
  for (const [at, one] of narrowing(schema, true))
    yield* nestedErrors(one, `${path}.${at}`, at === 'allOf[0]')
  yield* typeErrors(schema, level, path)
  yield* metaErrors(schema, level, path)
  yield* extensionErrors(schema, path)
}

const textOf = ({ path, body }: FieldError) => `${path}: ${body}`

/** What keeps a schema from telling the type of every field that it speaks of, in order of the texts. */
export function structuralErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors = [...invariantErrors(schema, root, path), ...completenessErrors(schema, path)]
  return errors.sort((a, b) => compareBytes(textOf(a), textOf(b)))
}
