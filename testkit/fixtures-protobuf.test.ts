import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeOf } from '#kinds/type-of'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import { type ByteCodec, fromProtobuf, openEnvelope } from '#schema/protobuf-decode'
import { fixturesMissing, readFixtures } from './fixtures.ts'

const skip = fixturesMissing ?? false
const codec: ByteCodec = {
  text: (bytes) => Buffer.from(bytes).toString(),
  base64: (bytes) => Buffer.from(bytes).toString('base64'),
}

test('every GA kind`s published protobuf is read as its published JSON', { skip }, (t) => {
  let checked = 0
  for (const { group, version, kind, json, protobuf } of readFixtures()) {
    const type = typeOf(group === '' ? version : `${group}/${version}`, kind)
    if (type === undefined) continue
    const envelope = openEnvelope(protobuf, codec)
    // An event of a watch has no names of its own.
    const isNamed = type.byName.has('kind')
    assert.equal(envelope.kind, isNamed ? kind : '')
    assert.equal(envelope.apiVersion, !isNamed ? '' : group === '' ? version : `${group}/${version}`)
    const { object, strict } = decode(type, fromProtobuf(type, envelope.raw, codec))
    assert.deepEqual(strict, [], type.name)
    const text = toJson(type, {
      ...(isNamed && { kind, apiVersion: envelope.apiVersion }),
      ...(object as object),
    })
    assert.equal(JSON.stringify(JSON.parse(text), null, 2), json.trimEnd(), type.name)
    checked++
  }
  t.diagnostic(`${checked} kinds`)
  assert.ok(checked > 50)
})
