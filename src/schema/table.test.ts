import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invalid } from '#base/field-error'
import { typeNamed } from '#kinds/types'
import { structuralErrors, withStructural } from './structural.ts'
import { type TableSource, toTable } from './table.ts'

const source: TableSource = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', priority: 0 },
    { name: 'Age', type: 'string', format: '', priority: 1 },
  ],
  cells: { Name: (object) => object.metadata.name ?? '', Age: (_object, now) => now },
  rowConditions: (object) =>
    object.metadata.name === 'done' ? [{ type: 'Completed', status: 'True', reason: 'Succeeded' }] : [],
}

test('toTable() writes a row per object, in upstream’s field order', () => {
  const objects = [{ kind: 'Pod', metadata: { name: 'a' } }, { metadata: { name: 'done' } }]
  const table = toTable(source, objects, { now: 7, include: 'Metadata', meta: { resourceVersion: '3' } })
  assert.equal(
    JSON.stringify(table),
    '{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"3"},"columnDefinitions":[' +
      '{"name":"Name","type":"string","format":"name","description":"","priority":0},' +
      '{"name":"Age","type":"string","format":"","description":"","priority":1}],"rows":[' +
      '{"cells":["a",7],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a"}}},' +
      '{"cells":["done",7],"conditions":[{"type":"Completed","status":"True","reason":"Succeeded"}],' +
      '"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"done"}}}]}',
  )
  assert.equal(toTable(source, objects, { now: 7, include: 'None' }).rows[0]?.object, null)
  assert.equal(toTable(source, objects, { now: 7, include: 'Object' }).rows[0]?.object, objects[0])
})

test('withStructural() leaves a field to the kind’s own rules where they speak of it', () => {
  const own = [invalid('spec.restartPolicy', 'x', 'no')]
  const type = typeNamed('io.k8s.api.core.v1.Pod')
  const errors = withStructural(type, { spec: { restartPolicy: 'x', dnsPolicy: 'y' } }, own)
  assert.deepEqual(
    errors.map(({ path, fault }) => [path, fault]),
    [
      ['spec.restartPolicy', 'FieldValueInvalid'],
      ['spec.dnsPolicy', 'FieldValueNotSupported'],
    ],
  )
})

test('structuralErrors() finds values outside of closed sets, but not in the status', () => {
  const pod = {
    spec: {
      restartPolicy: 'Sometimes',
      containers: [{ name: 'a', ports: [{ containerPort: 1, protocol: 'tcp' }], imagePullPolicy: 'Always' }],
    },
    status: { phase: 'Gone' },
  }
  assert.deepEqual(
    structuralErrors(typeNamed('io.k8s.api.core.v1.Pod'), pod).map(({ path, body }) => `${path}: ${body}`),
    [
      'spec.containers[0].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
    ],
  )
  const schema = typeNamed(
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  )
  assert.deepEqual(
    structuralErrors(schema, { spec: { versions: [{ schema: { openAPIV3Schema: {} } }] } }),
    [],
  )
})
