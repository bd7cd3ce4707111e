import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tables } from '#kinds/gen/tables'
import { resources } from '#kinds/gen/resources'
import { typeNamed } from '#kinds/types'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import { parseJsonNoting } from '#schema/json'
import { fixturesMissing, readFixtures } from './fixtures.ts'

const skip = fixturesMissing ?? false

test('every GA kind reads and writes its published JSON byte for byte', { skip }, (t) => {
  const typeNames = new Map(
    Object.values(resources).map((one) => [`${one.group}/${one.version}/${one.kind}`, one.typeName]),
  )
  let checked = 0
  for (const { group, version, kind, json } of readFixtures()) {
    const name = typeNames.get(`${group}/${version}/${kind}`)
    if (name === undefined) continue
    const parsed = parseJsonNoting(json)
    const decoded = decode(typeNamed(name), parsed.value, parsed.duplicates)
    assert.deepEqual(decoded.strict, [], name)
    assert.equal(
      JSON.stringify(JSON.parse(toJson(typeNamed(name), decoded.object)), null, 2),
      json.trimEnd(),
      name,
    )
    checked++
  }
  t.diagnostic(`${checked} kinds of ${tables.length} tables`)
  assert.ok(checked > 50)
})
