import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import type { JSONSchemaProps, ValidationRule } from '../gen/apiextensions-v1.ts'
import { listTypeErrors, mapTypeErrors } from './list-errors.ts'
import { schemaParts, valuesOf } from './schema-parts.ts'

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
const metaFields = ['metadata', 'kind', 'apiVersion']

/** What the place of a schema forbids it. */
interface Place {
  readonly isRoot: boolean
  /** Whether it is part of what every object has. */
  readonly isMeta: boolean
  /** Where defaults are forbidden: where that is. */
  readonly noDefaults?: string
}

const isUsed = (value: object | undefined) => value !== undefined && Object.keys(value).length > 0

/** What JSON Schema has and custom resources do not: its name, whether a schema uses it, and the words. */
const unsupported: readonly (readonly [string, (schema: JSONSchemaProps) => boolean, string?])[] = [
  ['id', ({ id = '' }) => id !== ''],
  ['additionalItems', ({ additionalItems }) => additionalItems !== undefined],
  ['patternProperties', ({ patternProperties }) => isUsed(patternProperties)],
  ['definitions', ({ definitions }) => isUsed(definitions)],
  ['dependencies', ({ dependencies }) => dependencies !== undefined],
  ['$ref', ({ $ref }) => $ref !== undefined],
  ['type', ({ type }) => type === 'null', 'type cannot be set to null, use nullable as an alternative'],
  ['items', ({ items }) => Array.isArray(items), 'items must be a schema object and not an array'],
]

/** Whether a schema is of a form that nothing more can be said of. */
export const isUnsupported = (schema: JSONSchemaProps) =>
  unsupported.some(([name, isSo]) => name !== 'type' && isSo(schema))

function* formErrors(schema: JSONSchemaProps, path: string, place: Place): Iterable<FieldError> {
  const { type = '' } = schema
  if (type !== '' && !types.includes(type)) yield notSupported(`${path}.type`, type, types)
  if (schema.default !== undefined && place.noDefaults !== undefined) {
    yield fieldForbidden(`${path}.default`, `must not be set ${place.noDefaults}`)
  }
  for (const [name, isSo, text] of unsupported) {
    if (isSo(schema)) yield fieldForbidden(`${path}.${name}`, text ?? `${name} is not supported`)
  }
  if (place.isMeta && schema['x-kubernetes-embedded-resource']) {
    const text = 'must not be used inside of resource meta'
    yield fieldForbidden(`${path}.x-kubernetes-embedded-resource`, text)
  }
  if (schema.uniqueItems) {
    const text = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'
    yield fieldForbidden(`${path}.uniqueItems`, text)
  }
  const { additionalProperties: values } = schema
  if (values !== undefined && values !== true && isUsed(schema.properties)) {
    const text = 'additionalProperties and properties are mutual exclusive'
    yield fieldForbidden(`${path}.additionalProperties`, text)
  }
}

const hasBreaks = (text: string) => /[\n\r]/.test(text)

function* messageErrors({ rule, message = '' }: ValidationRule, path: string): Iterable<FieldError> {
  const words = message.trim()
  if (rule.trim() === '') yield required(`${path}.rule`, 'rule is not specified')
  else if (message !== '' && words === '') {
    yield invalid(`${path}.message`, message, 'message must be non-empty if specified')
  } else if (hasBreaks(words)) {
    yield invalid(`${path}.message`, message, 'message must not contain line breaks')
  } else if (hasBreaks(rule.trim()) && words === '') {
    yield required(`${path}.message`, 'message must be specified if rule contains line breaks')
  }
}

function* ruleErrors(rule: ValidationRule, path: string): Iterable<FieldError> {
  const { messageExpression = '', reason, fieldPath = '' } = rule
  yield* messageErrors(rule, path)
  if (messageExpression !== '' && messageExpression.trim() === '') {
    yield required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified')
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    yield notSupported(`${path}.reason`, reason, reasons)
  }
  const at = `${path}.fieldPath`
  if (fieldPath === '') return
  if (fieldPath.trim() === '') yield invalid(at, fieldPath, 'fieldPath must be non-empty if specified')
  if (hasBreaks(fieldPath)) yield invalid(at, fieldPath, 'fieldPath must not contain line breaks')
}

/** What the place of a part forbids it. */
function placeOf(schema: JSONSchemaProps, at: string, place: Place): Place {
  const inside: Place = { ...place, isRoot: false }
  if (at === 'additionalProperties' && valuesOf(schema) && place.isMeta) {
    return { ...inside, noDefaults: 'inside additionalProperties applying to object metadata' }
  }
  const name = metaFields.find((one) => at === `properties[${one}]`)
  if (name === undefined || !(place.isRoot || schema['x-kubernetes-embedded-resource'])) return inside
  return { ...inside, isMeta: true, ...(place.isRoot && { noDefaults: `in top-level ${name}` }) }
}

/** Everything wrong with the form of a schema and of those inside it. */
export function* schemaErrors(
  schema: JSONSchemaProps,
  path: string,
  place: Place = { isRoot: true, isMeta: false },
): Iterable<FieldError> {
  yield* formErrors(schema, path, place)
  for (const [at, part] of schemaParts(schema)) {
    yield* schemaErrors(part, `${path}.${at}`, placeOf(schema, at, place))
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    yield invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')
  }
  yield* mapTypeErrors(schema, path)
  yield* listTypeErrors(schema, path)
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    yield* ruleErrors(rule, `${path}.x-kubernetes-validations[${i}]`)
  }
}
