import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeOf } from '#kinds/type-of'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import { parseJson } from '#schema/json'
import { toYaml } from '#schema/to-yaml'
import { fixturesMissing, readFixtures } from '#testkit/fixtures'
import { parseYaml } from './parse-yaml.ts'

const skip = fixturesMissing ?? false

test('every GA kind reads and writes its published YAML byte for byte', { skip }, () => {
  let checked = 0
  for (const { group, version, kind, yaml } of readFixtures()) {
    const type = typeOf(group === '' ? version : `${group}/${version}`, kind)
    if (type === undefined) continue
    const { object, strict } = decode(type, parseYaml(yaml))
    assert.deepEqual(strict, [], type.name)
    assert.equal(toYaml(parseJson(toJson(type, object))), yaml, type.name)
    checked++
  }
  assert.ok(checked > 50)
})
