import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromYaml, yamlDialect } from './yaml-dialect.ts'

test('fromYaml() keeps long integers exact and makes short ones numbers', () => {
  assert.deepEqual(fromYaml({ a: [1n, 12345678901234567890n], b: 'x', c: null, d: 1.5 }), {
    a: [1, 12345678901234567890n],
    b: 'x',
    c: null,
    d: 1.5,
  })
})

test('the dialect knows neither dates nor bytes', () => {
  const tags = [
    'merge',
    { tag: 'tag:yaml.org,2002:timestamp' },
    { tag: 'tag:yaml.org,2002:int', format: 'TIME' },
    { tag: 'tag:yaml.org,2002:int' },
  ]
  assert.deepEqual(yamlDialect.customTags(tags), ['merge', { tag: 'tag:yaml.org,2002:int' }])
})
