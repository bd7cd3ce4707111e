import assert from 'node:assert/strict'
import { test } from 'node:test'
import { indentJson } from './indent-json.ts'

test('indentJson() lays text out as JSON.stringify does', () => {
  const values = [
    {},
    [],
    { a: {}, b: [], c: [1, [2, {}], { d: null }], e: true },
    { 'a"b': 'x\\"{[,:]}', end: '\\', 'k\\': '"' },
    'plain',
    5,
  ]
  for (const value of values) assert.equal(indentJson(JSON.stringify(value)), JSON.stringify(value, null, 2))
})

test('indentJson() leaves numbers and escapes as they are written', () => {
  assert.equal(
    indentJson('{"big":9007199254740993,"html":"\\u003c","f":1.50}'),
    '{\n  "big": 9007199254740993,\n  "html": "\\u003c",\n  "f": 1.50\n}',
  )
})
