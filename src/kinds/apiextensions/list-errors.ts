import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import type { JSONSchemaProps } from '../gen/apiextensions-v1.ts'
import { itemsOf } from './schema-parts.ts'

const listTypes = ['atomic', 'set', 'map']
const mapTypes = ['atomic', 'granular']

/** The error of a schema whose type is not the one that something else of it wants. */
function* typeErrors({ type = '' }: JSONSchemaProps, wanted: string, why: string, path: string) {
  const text = `must be ${wanted} if ${why}`
  if (type === '') yield required(`${path}.type`, text)
  else if (type !== wanted) yield invalid(`${path}.type`, type, text)
}

/** Everything wrong with how a map is merged. */
export function* mapTypeErrors(schema: JSONSchemaProps, path: string): Iterable<FieldError> {
  const mapType = schema['x-kubernetes-map-type']
  if (mapType === undefined) return
  yield* typeErrors(schema, 'object', 'x-kubernetes-map-type is specified', path)
  if (!mapTypes.includes(mapType)) yield notSupported(`${path}.x-kubernetes-map-type`, mapType, mapTypes)
}

function* setErrors(item: JSONSchemaProps, path: string): Iterable<FieldError> {
  const text = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const listType = item['x-kubernetes-list-type']
  if (item.type === 'array' && (listType ?? 'atomic') !== 'atomic') {
    yield invalid(`${path}.x-kubernetes-list-type`, listType, text)
  }
  if (item.type === 'object' && item['x-kubernetes-map-type'] !== 'atomic') {
    yield invalid(`${path}.x-kubernetes-map-type`, listType, text)
  }
}

function* keyErrors(item: JSONSchemaProps, keys: readonly string[], path: string): Iterable<FieldError> {
  const at = `${path}.x-kubernetes-list-map-keys`
  for (const [i, key] of keys.entries()) {
    const property = item.properties?.[key]
    if (!property) yield invalid(at, keys, 'entries must all be names of item properties')
    else if (property.type === 'array' || property.type === 'object') {
      const text = "must be a scalar type if parent array's x-kubernetes-list-type is map"
      yield invalid(`${path}.items.properties[${key}].type`, item.type, text)
    }
    if (keys.indexOf(key) < i) yield invalid(at, keys, 'must not contain duplicate entries')
  }
}

function* keyedErrors(schema: JSONSchemaProps, path: string): Iterable<FieldError> {
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  if (keys.length === 0) {
    yield required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')
  }
  if (!schema.items) {
    yield required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')
  }
  const item = itemsOf(schema)
  if (!item) return
  if (item.type === 'object') yield* keyErrors(item, keys, path)
  else {
    const text = "must be object if parent array's x-kubernetes-list-type is map"
    yield invalid(`${path}.items.type`, item.type ?? '', text)
  }
}

/** What items that are told apart need: a value, and in a map also their keys. */
function* identityErrors(schema: JSONSchemaProps, listType: string, path: string): Iterable<FieldError> {
  const item = itemsOf(schema)
  if (!item) return
  if (item.nullable) {
    const text = `cannot be nullable when x-kubernetes-list-type is ${listType}`
    yield fieldForbidden(`${path}.items.nullable`, text)
  }
  if (listType !== 'map') return
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const property = item.properties?.[key]
    if (!property) continue
    const at = `${path}.items.properties[${key}]`
    const text = 'this property is in x-kubernetes-list-map-keys, so it'
    if (!item.required?.includes(key) && property.default === undefined) {
      yield required(`${at}.default`, `${text} must have a default or be a required property`)
    }
    if (property.nullable) yield fieldForbidden(`${at}.nullable`, `${text} cannot be nullable`)
  }
}

/** Everything wrong with how a list is merged. */
export function* listTypeErrors(schema: JSONSchemaProps, path: string): Iterable<FieldError> {
  const listType = schema['x-kubernetes-list-type']
  const at = `${path}.x-kubernetes-list-type`
  const item = itemsOf(schema)
  if (listType !== undefined) {
    yield* typeErrors(schema, 'array', 'x-kubernetes-list-type is specified', path)
    if (schema.type === 'array' && listType === 'set' && item) yield* setErrors(item, `${path}.items`)
    if (!listTypes.includes(listType)) yield notSupported(at, listType, listTypes)
  }
  if ((schema['x-kubernetes-list-map-keys'] ?? []).length > 0 && listType !== 'map') {
    const text = 'must be map if x-kubernetes-list-map-keys is non-empty'
    yield listType === undefined ? required(at, text) : invalid(at, listType, text)
  }
  if (listType === 'map') yield* keyedErrors(schema, path)
  if (listType === 'map' || listType === 'set') yield* identityErrors(schema, listType, path)
}
