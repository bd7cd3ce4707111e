import { duplicate, type FieldError, invalid, required, tooMany } from '#base/field-error'
import { byteLength } from '#schema/name-rules'
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  JSONSchemaProps,
  SelectableField,
} from '../gen/apiextensions-v1.ts'

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const selectableTypes = ['string', 'boolean', 'integer']
const selectableMax = 8
const warningBytesMax = 256
const unprintable = /\p{C}|(?! )\p{Z}/u

/** Everything wrong with what clients of an old version are told. */
export function* warningErrors(
  { deprecated, deprecationWarning: text }: CustomResourceDefinitionVersion,
  path: string,
): Iterable<FieldError> {
  if (text === undefined) return
  if (!deprecated) {
    yield invalid(path, text, 'can only be set for deprecated versions')
    return
  }
  if (byteLength(text) > warningBytesMax) yield invalid(path, text, 'must be <= 256 characters long')
  if (text === '') yield invalid(path, text, 'must not be an empty string')
  const at = unprintable.exec(text)?.index
  if (at === undefined) return
  const where = byteLength(text.slice(0, at))
  const why = `must only contain printable UTF-8 characters; non-printable character found at index ${where}`
  yield invalid(path, text, why)
}

function* pathErrors(
  path: string,
  value: string,
  roots: readonly string[],
  where: string,
): Iterable<FieldError> {
  if (!value.startsWith('.')) yield invalid(path, value, 'must be a simple json path starting with .')
  else if (roots.length > 0 && !roots.some((root) => value.startsWith(root))) {
    yield invalid(path, value, `should be a json path under ${where}`)
  }
}

/** Everything wrong with the subresources of a custom resource. */
export function* subresourceErrors(
  { scale }: CustomResourceSubresources,
  path: string,
): Iterable<FieldError> {
  if (!scale) return
  const rows = [
    ['specReplicasPath', '.spec'],
    ['statusReplicasPath', '.status'],
  ] as const
  for (const [name, root] of rows) {
    const value = scale[name]
    if (value === '') yield required(`${path}.scale.${name}`)
    else yield* pathErrors(`${path}.scale.${name}`, value, [`${root}.`], root)
  }
  const { labelSelectorPath = '' } = scale
  if (labelSelectorPath === '') return
  const where = 'either .spec or .status'
  yield* pathErrors(`${path}.scale.labelSelectorPath`, labelSelectorPath, ['.spec.', '.status.'], where)
}

/** Everything wrong with a column of a custom resource's table. */
export function* columnErrors(column: CustomResourceColumnDefinition, path: string): Iterable<FieldError> {
  const { name, type, format = '', jsonPath } = column
  if (name === '') yield required(`${path}.name`)
  const text = `must be one of ${columnTypes.join(',')}`
  if (type === '') yield required(`${path}.type`, text)
  else if (!columnTypes.includes(type)) yield invalid(`${path}.type`, type, text)
  if (format !== '' && !columnFormats.includes(format)) {
    yield invalid(`${path}.format`, format, `must be one of ${columnFormats.join(',')}`)
  }
  if (jsonPath === '') yield required(`${path}.JSONPath`)
  else yield* pathErrors(`${path}.JSONPath`, jsonPath, [], '')
}

function schemaAt(schema: JSONSchemaProps, jsonPath: string): JSONSchemaProps | undefined {
  let found: JSONSchemaProps | undefined = schema
  for (const name of jsonPath.slice(1).split('.')) found = found?.properties?.[name]
  return jsonPath.startsWith('.') ? found : undefined
}

function* selectableError(jsonPath: string, schema: JSONSchemaProps, path: string): Iterable<FieldError> {
  const found = schemaAt(schema, jsonPath)
  if (!found) {
    yield invalid(path, jsonPath, 'is an invalid path: does not refer to a valid field')
    return
  }
  if (jsonPath.split('.')[1] === 'metadata') {
    yield invalid(path, jsonPath, 'must not point to fields in metadata')
  }
  if (selectableTypes.includes(found.type ?? '')) return
  const text =
    'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'
  yield invalid(path, jsonPath, text)
}

/** Everything wrong with the fields that custom resources are selected by. */
export function* selectableErrors(
  fields: readonly SelectableField[],
  schema: JSONSchemaProps,
  path: string,
): Iterable<FieldError> {
  const seen = new Set<string>()
  for (const [i, { jsonPath }] of fields.entries()) {
    const at = `${path}[${i}].jsonPath`
    if (jsonPath === '') {
      yield required(at)
      continue
    }
    yield* selectableError(jsonPath, schema, at)
    if (!schemaAt(schema, jsonPath)) continue
    if (seen.has(jsonPath)) yield duplicate(at, jsonPath)
    seen.add(jsonPath)
  }
  if (seen.size > selectableMax) yield tooMany(path, seen.size, selectableMax)
}
