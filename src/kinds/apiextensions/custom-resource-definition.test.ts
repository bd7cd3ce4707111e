import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, write } from '#testkit/kind-check'
import { sampleOf } from '#testkit/kind-samples'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from '../gen/apiextensions-v1.ts'
import { customResourceDefinition } from './custom-resource-definition.ts'

type Definition = CustomResourceDefinition
const sound = () => read<Definition>(customResourceDefinition, sampleOf(customResourceDefinition))
const versionOf = ({ spec }: Definition) => spec.versions[0] as CustomResourceDefinitionVersion
const schemaOf = (object: Definition) => versionOf(object).schema?.openAPIV3Schema as JSONSchemaProps
const partOf = (object: Definition, name: string) => {
  const properties = schemaOf(object).properties?.spec?.properties as Record<string, JSONSchemaProps>
  properties[name] ??= {}
  return properties[name]
}
const root = 'spec.validation.openAPIV3Schema'
const fields = `${root}.properties[spec].properties`
const set = (name: string, part: object) => (object: Definition) => Object.assign(partOf(object, name), part)
const meta =
  'must not specify anything other than name and generateName, but metadata is implicitly specified'

test('a definition with wrong names is refused', () => {
  refuses<Definition>(customResourceDefinition, sound, [
    [
      ({ metadata }) => (metadata.name = 'x.stable.example.com'),
      'metadata.name: Invalid value: "x.stable.example.com": must be spec.names.plural+"."+spec.group',
    ],
    [
      ({ metadata, spec }) => Object.assign(spec, { group: 'one' }) && (metadata.name = 'crontabs.one'),
      'spec.group: Invalid value: "one": should be a domain with at least one dot',
    ],
    [({ spec }) => (spec.scope = ''), 'spec.scope: Required value'],
    [
      ({ spec }) => (spec.scope = 'World'),
      'spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"',
    ],
    [
      ({ spec }) => (spec.names.singular = 'A'),
      /^spec\.names\.singular: Invalid value: "A": a DNS-1035 label/,
    ],
    [
      ({ spec }) => Object.assign(spec.names, { kind: 'C_T', listKind: 'L' }),
      /^spec\.names\.kind: Invalid value: "C_T": may have mixed case, but should otherwise match: a DNS-1035/,
    ],
    [
      ({ spec }) => (spec.names.listKind = 'CronTab'),
      'spec.names.listKind: Invalid value: "CronTab": kind and listKind may not be the same',
    ],
    [({ spec }) => (spec.names.shortNames = ['A']), /^spec\.names\.shortNames\[0\]: Invalid value: "A"/],
    [({ spec }) => (spec.names.categories = ['A']), /^spec\.names\.categories\[0\]: Invalid value: "A"/],
    [
      ({ spec }) => (spec.preserveUnknownFields = true),
      'spec.preserveUnknownFields: Invalid value: true: must be false in order to use defaults in the schema',
      'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    ],
  ])
})

const ofCommunity = (approval?: string) => (object: Definition) => {
  object.spec.group = 'stable.k8s.io'
  object.metadata.name = 'crontabs.stable.k8s.io'
  if (approval !== undefined) object.metadata.annotations = { 'api-approved.kubernetes.io': approval }
}

test('groups of the community want its approval', () => {
  const path = 'metadata.annotations[api-approved.kubernetes.io]'
  const text = 'protected groups must have approval annotation "api-approved.kubernetes.io"'
  const more = 'see https://github.com/kubernetes/enhancements/pull/1111'
  refuses<Definition>(customResourceDefinition, sound, [
    [ofCommunity(), `${path}: Required value: ${text}, ${more}`],
    [
      ofCommunity('yes'),
      `${path}: Invalid value: "yes": ${text} with either a URL or a reason starting with "unapproved", ${more}`,
    ],
    [ofCommunity('https://example.com/1')],
    [ofCommunity('unapproved, a trial')],
  ])
})

test('a definition with wrong versions is refused', () => {
  const path = 'spec.versions[0]'
  refuses<Definition>(customResourceDefinition, sound, [
    [
      (o) => delete versionOf(o).schema && delete versionOf(o).selectableFields,
      `${path}.schema.openAPIV3Schema: Required value: schemas are required`,
    ],
    [
      (o) => (versionOf(o).name = '1'),
      /^spec\.versions\[0\]\.name: Invalid value: "1"/,
      /^spec\.version: Invalid value: "1"/,
    ],
    [
      (o) => (versionOf(o).storage = false),
      /^spec\.versions: Invalid value: \[\{"Name":"v1",.*\}\]: must have exactly one version marked as storage version$/,
      'status.storedVersions: Invalid value: null: must have at least one stored version',
    ],
    [
      ({ spec }) =>
        spec.versions.push({ ...(spec.versions[0] as CustomResourceDefinitionVersion), storage: false }),
      /^spec\.versions: Invalid value: .*: must contain unique version names$/,
    ],
    [
      (o) => (versionOf(o).deprecationWarning = 'old'),
      `${path}.deprecationWarning: Invalid value: "old": can only be set for deprecated versions`,
    ],
    [
      (o) => Object.assign(versionOf(o), { deprecated: true, deprecationWarning: 'ä\n' }),
      `${path}.deprecationWarning: Invalid value: "ä\\n": must only contain printable UTF-8 characters; non-printable character found at index 2`,
    ],
    [
      (o) => Object.assign(versionOf(o), { deprecated: true, deprecationWarning: 'a'.repeat(257) }),
      /^spec\.versions\[0\]\.deprecationWarning: .*: must be <= 256 characters long$/,
    ],
    [
      (o) => (versionOf(o).subresources = { scale: { specReplicasPath: '', statusReplicasPath: '.spec.a' } }),
      'spec.subresources.scale.specReplicasPath: Required value',
      'spec.subresources.scale.statusReplicasPath: Invalid value: ".spec.a": should be a json path under .status',
    ],
    [
      (o) =>
        (versionOf(o).additionalPrinterColumns = [{ name: '', type: 'text', format: 'f', jsonPath: 'a' }]),
      'spec.additionalPrinterColumns[0].name: Required value',
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      /^spec\.additionalPrinterColumns\[0\]\.format: Invalid value: "f": must be one of byte,date,/,
      'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .',
    ],
    [
      (o) => (versionOf(o).selectableFields = [{ jsonPath: '.spec.labels' }]),
      'spec.selectableFields[0].jsonPath: Invalid value: ".spec.labels": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
    ],
    [
      (o) => versionOf(o).selectableFields?.push({ jsonPath: '.spec.cronSpec' }, { jsonPath: '' }),
      'spec.selectableFields[1].jsonPath: Duplicate value: ".spec.cronSpec"',
      'spec.selectableFields[2].jsonPath: Required value',
    ],
  ])
})

test('a wrong conversion is refused', () => {
  refuses<Definition>(customResourceDefinition, sound, [
    [
      ({ spec }) => (spec.conversion = { strategy: 'Magic' }),
      'spec.conversion.strategy: Unsupported value: "Magic": supported values: "None", "Webhook"',
    ],
    [
      ({ spec }) => (spec.conversion = { strategy: 'Webhook' }),
      'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
      'spec.conversion.conversionReviewVersions: Required value',
    ],
    [
      ({ spec }) => (spec.conversion = { strategy: 'None', webhook: { conversionReviewVersions: ['v1'] } }),
      'spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook',
    ],
    [
      ({ spec }) =>
        (spec.conversion = {
          strategy: 'Webhook',
          webhook: { clientConfig: { url: 'http://a' }, conversionReviewVersions: ['v2', 'v2'] },
        }),
      /^spec\.conversion\.webhookClientConfig\.url: Invalid value: "http": 'https' is the only allowed/,
      'spec.conversion.conversionReviewVersions[1]: Invalid value: "v2": duplicate version',
      'spec.conversion.conversionReviewVersions: Invalid value: ["v2","v2"]: must include at least one of v1, v1beta1',
    ],
  ])
})

test('a schema that tells too little is refused', () => {
  refuses<Definition>(customResourceDefinition, sound, [
    [(o) => delete schemaOf(o).type, `${root}.type: Required value: must not be empty at the root`],
    [
      (o) => delete partOf(o, 'image').type,
      `${fields}[image].type: Required value: must not be empty for specified object fields`,
    ],
    [set('list', { type: 'array' }), `${fields}[list].items: Required value: must be specified`],
    [
      set('list', { type: 'array', items: {} }),
      `${fields}[list].items.type: Required value: must not be empty for specified array items`,
    ],
    [
      set('labels', { anyOf: [{ type: 'object', nullable: true }] }),
      `${fields}[labels].anyOf[0].nullable: Forbidden: must be false to be structural`,
      `${fields}[labels].anyOf[0].type: Forbidden: must be empty to be structural`,
    ],
    [
      set('labels', { not: { required: ['a'], properties: { b: {} } } }),
      `${fields}[labels].properties[b]: Required value: because it is defined in ${fields}[labels].not.properties[b]`,
    ],
    [set('port', { anyOf: [{ type: 'integer' }, { type: 'string' }] })],
    [set('port', { allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }] })],
    [
      (o) => Object.assign(schemaOf(o).properties ?? {}, { metadata: { type: 'object', description: 'a' } }),
      `${root}.properties[metadata]: Forbidden: ${meta}`,
    ],
    [
      (o) => Object.assign(schemaOf(o).properties ?? {}, { kind: { type: 'integer' } }),
      `${root}.properties[kind].type: Invalid value: "integer": must be string`,
    ],
    [
      set('any', { type: 'object', 'x-kubernetes-embedded-resource': true }),
      `${fields}[any].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields`,
    ],
    [
      set('port', { 'x-kubernetes-preserve-unknown-fields': true }),
      `${fields}[port].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true`,
    ],
  ])
})

test('a schema with what custom resources do not have is refused', () => {
  refuses<Definition>(customResourceDefinition, sound, [
    [
      set('image', { type: 'text' }),
      `${fields}[image].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ],
    [set('image', { $ref: '#/a' }), `${fields}[image].$ref: Forbidden: $ref is not supported`],
    [set('image', { id: 'a' }), `${fields}[image].id: Forbidden: id is not supported`],
    [
      set('image', { patternProperties: { a: {} } }),
      `${fields}[image].patternProperties: Forbidden: patternProperties is not supported`,
    ],
    [
      set('steps', { uniqueItems: true }),
      `${fields}[steps].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
    ],
    [
      set('labels', { properties: { a: { type: 'string' } } }),
      `${fields}[labels].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`,
    ],
    [
      (o) => Object.assign(schemaOf(o).properties ?? {}, { kind: { type: 'string', default: 'a' } }),
      `${root}.properties[kind].default: Forbidden: must not be set in top-level kind`,
    ],
    [
      (o) => (schemaOf(o).nullable = true),
      `${root}.nullable: Forbidden: nullable cannot be true at the root`,
    ],
    [
      set('labels', { 'x-kubernetes-preserve-unknown-fields': false }),
      `${fields}[labels].x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined`,
    ],
    [
      set('labels', { 'x-kubernetes-map-type': 'odd' }),
      `${fields}[labels].x-kubernetes-map-type: Unsupported value: "odd": supported values: "atomic", "granular"`,
    ],
    [
      set('image', { 'x-kubernetes-map-type': 'atomic' }),
      `${fields}[image].type: Invalid value: "string": must be object if x-kubernetes-map-type is specified`,
    ],
    [
      set('image', {
        'x-kubernetes-validations': [{ rule: ' ' }, { rule: 'a', message: ' ' }, { rule: 'a\nb' }],
      }),
      `${fields}[image].x-kubernetes-validations[0].rule: Required value: rule is not specified`,
      `${fields}[image].x-kubernetes-validations[1].message: Invalid value: " ": message must be non-empty if specified`,
      `${fields}[image].x-kubernetes-validations[2].message: Required value: message must be specified if rule contains line breaks`,
    ],
  ])
})

test('lists that are merged by keys need the keys', () => {
  refuses<Definition>(customResourceDefinition, sound, [
    [
      set('steps', { 'x-kubernetes-list-type': 'odd', 'x-kubernetes-list-map-keys': [] }),
      `${fields}[steps].x-kubernetes-list-type: Unsupported value: "odd": supported values: "atomic", "set", "map"`,
    ],
    [
      (o) => delete partOf(o, 'steps')['x-kubernetes-list-type'],
      `${fields}[steps].x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty`,
    ],
    [
      set('steps', { 'x-kubernetes-list-map-keys': [] }),
      `${fields}[steps].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
    ],
    [
      set('steps', { 'x-kubernetes-list-map-keys': ['id'] }),
      `${fields}[steps].x-kubernetes-list-map-keys: Invalid value: ["id"]: entries must all be names of item properties`,
    ],
    [
      set('steps', { items: { type: 'object', properties: { name: { type: 'string' } } } }),
      `${fields}[steps].items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
    ],
    [
      set('steps', { 'x-kubernetes-list-type': 'set', 'x-kubernetes-list-map-keys': [] }),
      `${fields}[steps].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set`,
    ],
  ])
})

const kept = () => stored<Definition>(customResourceDefinition, sampleOf(customResourceDefinition))

test('a new definition has nothing but its storage version in its status', () => {
  const { metadata, status } = kept()
  assert.equal(metadata.generation, 1)
  assert.deepEqual(status, { acceptedNames: { plural: '', kind: '' }, storedVersions: ['v1'] })
})

test('versions that objects may be stored in are kept, and may not vanish', () => {
  const both = write<Definition>(customResourceDefinition, kept(), (o) => {
    const first = versionOf(o)
    o.spec.versions.push({ ...first, name: 'v2' })
    first.storage = false
  })
  assert.deepEqual(both.faults, [])
  assert.deepEqual(both.object.status?.storedVersions, ['v1', 'v2'])
  assert.equal(both.object.metadata.generation, 2)
  const less = write<Definition>(customResourceDefinition, both.object, ({ spec }) => spec.versions.shift())
  assert.equal(less.faults.length, 1)
  assert.match(
    less.faults[0] ?? '',
    /^status\.storedVersions\[0\]: Invalid value: "v1": missing from spec\.versions; v1 was/,
  )
})

test('what names a resource that is served stays', () => {
  const old = kept()
  old.status = { ...old.status, conditions: [{ type: 'Established', status: 'True' }] }
  const { faults } = write<Definition>(customResourceDefinition, old, ({ spec }) => {
    spec.scope = 'Cluster'
    spec.names.kind = 'Other'
  })
  assert.deepEqual(faults, [
    'spec.scope: Invalid value: "Cluster": field is immutable',
    'spec.names.kind: Invalid value: "Other": field is immutable',
  ])
})

test('accepted names are judged as names, and nothing else of a status', () => {
  const change = (plural: string) =>
    write<Definition>(
      customResourceDefinition,
      kept(),
      ({ status }) => Object.assign(status ?? {}, { acceptedNames: { plural, kind: 'CronTab' } }),
      'status',
    ).faults
  assert.deepEqual(change('crontabs'), [])
  assert.match(change('A')[0] ?? '', /^status\.acceptedNames\.plural: Invalid value: "A"/)
})
