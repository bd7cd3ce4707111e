import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tables } from '#kinds/gen/tables'
import { typeOf } from '#kinds/type-of'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import { parseJsonNoting } from '#schema/json'
import { fixturesMissing, readFixtures } from './fixtures.ts'

const skip = fixturesMissing ?? false

test('every GA kind reads and writes its published JSON byte for byte', { skip }, (t) => {
  let checked = 0
  for (const { group, version, kind, json } of readFixtures()) {
    const type = typeOf(group === '' ? version : `${group}/${version}`, kind)
    if (type === undefined) continue
    const parsed = parseJsonNoting(json)
    const decoded = decode(type, parsed.value, parsed.duplicates)
    assert.deepEqual(decoded.strict, [], type.name)
    assert.equal(JSON.stringify(JSON.parse(toJson(type, decoded.object)), null, 2), json.trimEnd(), type.name)
    checked++
  }
  t.diagnostic(`${checked} kinds of ${tables.length} tables`)
  assert.ok(checked > 50)
})
