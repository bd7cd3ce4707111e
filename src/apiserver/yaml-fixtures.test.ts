import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resources } from '#kinds/gen/resources'
import { typeNamed } from '#kinds/types'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import { parseJson } from '#schema/json'
import { toYaml } from '#schema/to-yaml'
import { fixturesMissing, readFixtures } from '#testkit/fixtures'
import { parseYaml } from './parse-yaml.ts'

const skip = fixturesMissing ?? false

test('every GA kind reads and writes its published YAML byte for byte', { skip }, () => {
  const typeNames = new Map(
    Object.values(resources).map((one) => [`${one.group}/${one.version}/${one.kind}`, one.typeName]),
  )
  let checked = 0
  for (const { group, version, kind, yaml } of readFixtures()) {
    const name = typeNames.get(`${group}/${version}/${kind}`)
    if (name === undefined) continue
    const { object, strict } = decode(typeNamed(name), parseYaml(yaml))
    assert.deepEqual(strict, [], name)
    assert.equal(toYaml(parseJson(toJson(typeNamed(name), object))), yaml, name)
    checked++
  }
  assert.ok(checked > 50)
})
