import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { duplicateMembers, parseJson, stringifyJson } from './json.ts'

test('parseJson() keeps integers that a double cannot hold', () => {
  const text = '{"a":9007199254740993,"b":-9223372036854775808,"c":1.5,"d":"9007199254740993"}'
  assert.equal(stringifyJson(parseJson(text).value), text)
})

test('parseJson() counts every member that the text spells out', () => {
  assert.equal(parseJson('{"a":{"b":1,"b":2},"c\\":":[{"d":":"}]}').members, 5)
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      assert.deepEqual(parseJson(text).value, JSON.parse(text))
      assert.deepEqual(duplicateMembers(text), [])
    }),
  )
})

test('parseJson() refuses in the words of Go', () => {
  const cases: [string, string][] = [
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{"a"', 'unexpected end of JSON input'],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['nul!', "invalid character '!' in literal null (expecting 'l')"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\q"', "invalid character 'q' in string escape code"],
  ]
  for (const [text, message] of cases) assert.throws(() => parseJson(text), { message }, text)
  assert.throws(() => parseJson('['.repeat(20_000)), { message: 'exceeded max depth' })
  assert.throws(() => parseJson('['.repeat(5_000)), { message: /nested deeper/ })
})

test('duplicateMembers() names the path of each repeated member', () => {
  const text = '{"a":1,"spec":{"x":[{"n":1,"n":2}],"x":3},"a":{}}'
  assert.deepEqual(duplicateMembers(text), ['spec.x[0].n', 'spec.x', 'a'])
})
