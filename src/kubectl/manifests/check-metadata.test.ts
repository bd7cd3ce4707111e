import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '#schema/object'
import { checkMetadata } from './check-metadata.ts'

const faultOf = (metadata: Json | undefined): string => {
  try {
    checkMetadata(metadata, 'f.yaml')
    return 'none'
  } catch (error) {
    return (error as Error).message
  }
}

const found = (is: string, field: string, wanted: string) =>
  `unable to decode "f.yaml": json: cannot unmarshal ${is} into Go struct field ${field} of type ${wanted}`

test('checkMetadata() tells of values that are of the wrong type', () => {
  const rows: [Json, string][] = [
    [{ name: 123 }, found('number', 'ObjectMeta.metadata.name', 'string')],
    [{ namespace: 5n }, found('number', 'ObjectMeta.metadata.namespace', 'string')],
    [{ labels: { a: 1 } }, found('number', 'ObjectMeta.metadata.labels', 'string')],
    [{ labels: ['a'] }, found('array', 'ObjectMeta.metadata.labels', 'map[string]string')],
    [{ annotations: { a: true } }, found('bool', 'ObjectMeta.metadata.annotations', 'string')],
    [{ labels: { z: 1, b: [1] } }, found('array', 'ObjectMeta.metadata.labels', 'string')],
    [
      { labels: { a: 1 }, annotations: { a: { b: 'c' } } },
      found('object', 'ObjectMeta.metadata.annotations', 'string'),
    ],
    [[], found('array', 'metadataOnlyObject.metadata', 'v1.ObjectMeta')],
    ['x', found('string', 'metadataOnlyObject.metadata', 'v1.ObjectMeta')],
  ]
  for (const [metadata, words] of rows) assert.equal(faultOf(metadata), words)
})

test('checkMetadata() leaves alone what is right, empty, or for the server to read', () => {
  for (const metadata of [
    undefined,
    null,
    {},
    { name: 'a', labels: { a: null } },
    { name: null },
    { finalizers: 1 },
  ])
    assert.equal(faultOf(metadata), 'none')
})
