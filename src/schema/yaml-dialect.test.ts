import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
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

test('the dialect takes no text without digits for a number', () => {
  const read = (text: string) => fromYaml(parse(text, yamlDialect))
  for (const name of ['e1', 'E3', '+e1', '.e1', '.', '-.', '._1']) assert.equal(read(name), name)
  const numbers: [string, number][] = [
    ['1e3', 1000],
    ['1.e1', 10],
    ['.5e1', 5],
    ['.5', 0.5],
    ['.1_0', 0.1],
    ['-1_0.5', -10.5],
    ['1.', 1],
    ['.inf', Infinity],
  ]
  for (const [text, number] of numbers) assert.equal(read(text), number)
})
