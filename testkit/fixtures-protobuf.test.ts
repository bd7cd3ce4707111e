import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resources } from '#kinds/gen/resources'
import { typeNamed } from '#kinds/types'
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
  const typeNames = new Map(
    Object.values(resources).map((one) => [`${one.group}/${one.version}/${one.kind}`, one.typeName]),
  )
  let checked = 0
  for (const { group, version, kind, json, protobuf } of readFixtures()) {
    const name = typeNames.get(`${group}/${version}/${kind}`)
    if (name === undefined) continue
    const envelope = openEnvelope(protobuf, codec)
    assert.equal(envelope.kind, kind)
    assert.equal(envelope.apiVersion, group === '' ? version : `${group}/${version}`)
    const { object, strict } = decode(typeNamed(name), fromProtobuf(typeNamed(name), envelope.raw, codec))
    assert.deepEqual(strict, [], name)
    const text = toJson(typeNamed(name), { kind, apiVersion: envelope.apiVersion, ...(object as object) })
    assert.equal(JSON.stringify(JSON.parse(text), null, 2), json.trimEnd(), name)
    checked++
  }
  t.diagnostic(`${checked} kinds`)
  assert.ok(checked > 50)
})
