import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeNamed } from '#kinds/types'
import { decode } from './decode.ts'
import { parseJsonNoting } from './json.ts'
import type { Json } from './object.ts'

const pod = typeNamed('io.k8s.api.core.v1.Pod')

test('decode() reports unknown members with their path and leaves them out', () => {
  const { object, strict } = decode(pod, {
    nope: 1,
    spec: { containers: [{ name: 'a', imagee: 'x', env: null }] },
  })
  assert.deepEqual(strict, ['unknown field "nope"', 'unknown field "spec.containers[0].imagee"'])
  assert.deepEqual(object, {
    metadata: {},
    spec: { containers: [{ name: 'a', resources: {} }] },
    status: {},
  })
})

test('decode() takes quantities and times in canonical form', () => {
  const { object } = decode(pod, {
    metadata: { creationTimestamp: '2016-09-08T10:23:01.5+02:00' },
    spec: { containers: [{ name: 'a', resources: { limits: { cpu: 1.5, memory: '1024Ki' } } }] },
  })
  assert.deepEqual(object, {
    metadata: { creationTimestamp: '2016-09-08T08:23:01Z' },
    spec: { containers: [{ name: 'a', resources: { limits: { cpu: '1500m', memory: '1Mi' } } }] },
    status: {},
  })
})

test('decode() refuses in the words of Go', () => {
  const cases: [Json, string][] = [
    [
      { metadata: { labels: 'x' } },
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      { spec: { containers: {} } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      { spec: { containers: [{ name: 5 }] } },
      'json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
    ],
    [
      { spec: { hostNetwork: 'yes' } },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      { spec: { priority: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      { spec: { priority: 3e9 } },
      'json: cannot unmarshal number 3000000000 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [[], 'json: cannot unmarshal array into Go value of type v1.Pod'],
    [
      { spec: { overhead: { cpu: 'lots' } } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      { metadata: { creationTimestamp: 'now' } },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
  ]
  for (const [value, message] of cases) assert.throws(() => decode(pod, value), { message })
})

test('decode() checks base64', () => {
  const secret = typeNamed('io.k8s.api.core.v1.Secret')
  assert.deepEqual(decode(secret, { data: { a: 'aGk=' } }).object, { metadata: {}, data: { a: 'aGk=' } })
  assert.throws(() => decode(secret, { data: { a: 'a!k=' } }), {
    message: 'illegal base64 data at input byte 1',
  })
})

test('decode() is not fooled by __proto__', () => {
  const config = typeNamed('io.k8s.api.core.v1.ConfigMap')
  const { object } = decode(config, JSON.parse('{"data":{"__proto__":"x","constructor":"y"}}') as Json)
  assert.deepEqual(Object.keys(object.data as object), ['__proto__', 'constructor'])
  assert.equal(({} as Record<string, unknown>).x, undefined)
})

test('decode() reports repeated members of fields and maps, with their path', () => {
  const { value, duplicates } = parseJsonNoting(
    '{"metadata":{"labels":{"a":"1","a":"2"}},"nope":{"x":1,"x":1},"spec":{"containers":[{"name":"a","name":"b"}]}}',
  )
  const { object, strict } = decode(pod, value, duplicates)
  assert.deepEqual(strict, [
    'duplicate field "metadata.labels.a"',
    'unknown field "nope"',
    'duplicate field "spec.containers[0].name"',
  ])
  assert.deepEqual((object.metadata as { labels: object }).labels, { a: '2' })
})

test('decode() drops what Go cannot tell from unset, and keeps what it can', () => {
  const { object } = decode(typeNamed('io.k8s.api.core.v1.PodSpec'), {
    containers: null,
    hostNetwork: false,
    nodeSelector: {},
    tolerations: [],
    securityContext: {},
    terminationGracePeriodSeconds: 0,
    enableServiceLinks: false,
  })
  assert.deepEqual(object, {
    securityContext: {},
    terminationGracePeriodSeconds: 0,
    enableServiceLinks: false,
    containers: [],
  })
})

test('decode() puts zero values in place of null elements', () => {
  const { object } = decode(typeNamed('io.k8s.api.core.v1.Container'), {
    args: [null, 'x'],
    ports: [null],
  })
  assert.deepEqual(object, { name: '', args: ['', 'x'], ports: [{ containerPort: 0 }], resources: {} })
})

test('decode() reads values of several shapes', () => {
  const schema = typeNamed('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps')
  const { object, strict } = decode(schema, {
    items: { type: 'string', nope: 1 },
    additionalProperties: false,
    properties: { a: { additionalProperties: { type: 'object' } } },
  })
  assert.deepEqual(strict, ['unknown field "items.nope"'])
  assert.deepEqual(object, {
    items: { type: 'string' },
    additionalProperties: false,
    properties: { a: { additionalProperties: { type: 'object' } } },
  })
  assert.throws(() => decode(schema, { additionalProperties: 'x' }), {
    message:
      'json: cannot unmarshal string into Go struct field JSONSchemaProps.additionalProperties of type bool',
  })
})
