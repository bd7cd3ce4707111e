import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kinds } from '#kinds'
import { configMap } from '#kinds/core/config-map'
import { copy } from '#schema/copy'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import type { Json, KubeObject } from '#schema/object'
import { variantsOf } from '#testkit/kind-variants'
import { shownBytes } from './entry.ts'
import { factsOf } from './facts.ts'
import { DecodedObjects, objectOf, readBack, StoredEntry } from './stored-entry.ts'

const stored = (name: string, uid: string) =>
  Buffer.from(
    `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"${name}","namespace":"a"${uid}},"data":{"k":"é"}}\n`,
  )
const entryOf = (decoded: DecodedObjects, name: string) => {
  const bytes = shownBytes(configMap, stored(name, ',"uid":"u"'), 7)
  const key = `/registry/configmaps/a/${name}`
  const facts = factsOf(configMap, objectOf(configMap, bytes))
  return new StoredEntry(configMap, decoded, { key, revision: 7, bytes }, facts)
}

test('the resourceVersion stands behind the uid, or first where there is none', () => {
  assert.equal(
    shownBytes(configMap, stored('x', ',"uid":"u"'), 7).toString(),
    '{"metadata":{"name":"x","namespace":"a","uid":"u","resourceVersion":"7"},"data":{"k":"é"}}',
  )
  assert.equal(
    shownBytes(configMap, stored('x', ''), 7).toString(),
    '{"metadata":{"resourceVersion":"7","name":"x","namespace":"a"},"data":{"k":"é"}}',
  )
})

test('the uid of an owner is not taken for the own', () => {
  const owned = stored('x', ',"ownerReferences":[{"uid":"o"}]')
  assert.match(shownBytes(configMap, owned, 7).toString(), /"metadata":\{"resourceVersion":"7"/)
})

test('an entry tells names, labels and the object of its key and bytes', () => {
  const { name, namespace, labels, object } = entryOf(new DecodedObjects(1000), 'x')
  assert.deepEqual({ name, namespace, labels }, { name: 'x', namespace: 'a', labels: {} })
  assert.equal(object.kind, 'ConfigMap')
  assert.equal(object.metadata.resourceVersion, '7')
})

test('objects beyond the bound are decoded again', () => {
  const decoded = new DecodedObjects(250)
  const [first, ...others] = ['a', 'b', 'c'].map((name) => entryOf(decoded, name))
  const before = first?.object
  assert.equal(first?.object, before)
  for (const other of others) assert.ok(other.object)
  assert.notEqual(first?.object, before)
  assert.deepEqual(first?.object, before)
})

test('readBack() gives what objectOf() reads of the bytes, for objects of every kind', () => {
  for (const kind of kinds) {
    for (const variant of variantsOf(kind, 20, 1)) {
      const object = decode(kind.type, variant as unknown as Json).object as unknown as KubeObject
      const before = copy(object)
      const bytes = Buffer.from(toJson(kind.type, object))
      const typed = bytes.subarray(`{"kind":"${kind.kind}","apiVersion":"${kind.apiVersion}"`.length)
      typed[0] = '{'.charCodeAt(0)
      assert.deepEqual(readBack(kind, typed, object), objectOf(kind, typed), kind.kind)
      assert.deepEqual(object, before)
    }
  }
})
