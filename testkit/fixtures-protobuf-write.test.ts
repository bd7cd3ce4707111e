import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeOf } from '#kinds/type-of'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import { parseJson } from '#schema/json'
import type { ByteSource } from '#schema/protobuf-encode'
import { enveloped } from '#schema/protobuf-envelope'
import { fixturesMissing, readFixtures } from './fixtures.ts'

const skip = fixturesMissing ?? false
const source: ByteSource = {
  utf8: (text) => Buffer.from(text),
  fromBase64: (text) => Buffer.from(text, 'base64'),
}

test('every GA kind`s published JSON is written as its published protobuf, byte for byte', { skip }, (t) => {
  const missing: string[] = []
  let checked = 0
  for (const { group, version, kind, json, protobuf } of readFixtures()) {
    const type = typeOf(group === '' ? version : `${group}/${version}`, kind)
    if (type === undefined) {
      missing.push(`${group === '' ? 'core' : group}/${version} ${kind}`)
      continue
    }
    const { object } = decode(type, parseJson(json))
    // What is stored is what is written: the canonical JSON, read again.
    const stored = parseJson(toJson(type, object)) as object
    // An event of a watch has no names of its own.
    const isNamed = type.byName.has('kind')
    const apiVersion = group === '' ? version : `${group}/${version}`
    const names = isNamed ? { kind, apiVersion } : { kind: '', apiVersion: '' }
    const bytes = Buffer.concat(enveloped(type, { ...stored, ...names }, source))
    assert.equal(bytes.toString('hex'), Buffer.from(protobuf).toString('hex'), type.name)
    checked++
  }
  t.diagnostic(`${checked} kinds; no resources of ours: ${missing.join(', ')}`)
  assert.ok(checked > 50)
})
