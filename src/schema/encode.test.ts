import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeNamed } from '#kinds/types'
import { toJson } from './encode.ts'

const pod = typeNamed('io.k8s.api.core.v1.Pod')

test('toJson() writes fields in upstream order, structs by value always and empty ones not at all', () => {
  const text = toJson(pod, {
    spec: { restartPolicy: '', containers: [{ image: 'i', name: 'a', env: [] }], nodeSelector: {} },
    metadata: { labels: { b: '1', a: '2' }, name: 'p' },
    apiVersion: 'v1',
    kind: 'Pod',
  })
  assert.equal(
    text,
    '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","labels":{"a":"2","b":"1"}},' +
      '"spec":{"containers":[{"name":"a","image":"i","resources":{}}]},"status":{}}',
  )
})

test('toJson() writes null for an unset list that is never left out, and for a zero time', () => {
  assert.equal(toJson(pod, {}), '{"metadata":{},"spec":{"containers":null},"status":{}}')
  const condition = typeNamed('io.k8s.api.core.v1.PodCondition')
  assert.equal(
    toJson(condition, { type: 'Ready', status: 'True' }),
    '{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":null}',
  )
})

test('toJson() keeps set pointers to empty values', () => {
  const spec = typeNamed('io.k8s.api.core.v1.PodSpec')
  assert.match(
    toJson(spec, { containers: [], securityContext: {}, enableServiceLinks: false }),
    /"securityContext":\{\},"enableServiceLinks":false/,
  )
})
