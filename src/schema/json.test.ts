import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { noDuplicates, parseJson, parseJsonNoting, stringifyJson } from './json.ts'
import { JsonScanner } from './json-scanner.ts'

test('malformed JSON is refused in the words of Go', () => {
  const refusals = {
    '': 'unexpected end of JSON input',
    '{': 'unexpected end of JSON input',
    '{"a":1': 'unexpected end of JSON input',
    x: "invalid character 'x' looking for beginning of value",
    "{'a':1}": "invalid character '\\'' looking for beginning of object key string",
    '{"a" 1}': "invalid character '1' after object key",
    '{"a":1 "b":2}': `invalid character '"' after object key:value pair`,
    '{"a":1,}': "invalid character '}' looking for beginning of object key string",
    '[1,]': "invalid character ']' looking for beginning of value",
    '[1 2]': "invalid character '2' after array element",
    '1 2': "invalid character '2' after top-level value",
    trux: "invalid character 'x' in literal true (expecting 'e')",
    '"a\nb"': "invalid character '\\n' in string literal",
    '"\\q"': "invalid character 'q' in string escape code",
    '"\\u12g4"': "invalid character 'g' in \\u hexadecimal character escape",
    '-x': "invalid character 'x' in numeric literal",
    '1.x': "invalid character 'x' after decimal point in numeric literal",
    '01': "invalid character '1' after top-level value",
  }
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => parseJson(text), { name: 'JsonSyntaxError', message }, text)
    assert.throws(() => parseJsonNoting(text), { name: 'JsonSyntaxError', message }, text)
  }
})

test('members that stand twice are noted where they stand', () => {
  const { value, duplicates } = parseJsonNoting('{"a":{"b":1,"c":"}:\\"","b":2},"d":[{"x":1,"x":1,"x":1}]}')
  const { a, d } = value as { a: object; d: object[] }
  assert.deepEqual(duplicates.get(a), ['b'])
  assert.deepEqual(duplicates.get(d[0] as object), ['x'])
  assert.equal(duplicates.size, 2)
  assert.equal(parseJsonNoting('{"a":{"b":1},"c":"a:b"}').duplicates, noDuplicates)
})

test('long integers stay exact, both ways', () => {
  const text = '{"n":9007199254740993,"s":1,"f":1.5}'
  assert.deepEqual(parseJson(text), { n: 9007199254740993n, s: 1, f: 1.5 })
  assert.equal(stringifyJson(parseJson(text)), text)
  assert.equal(parseJson('1234567890123456'), 1234567890123456)
})

test('__proto__ is a member like any other', () => {
  const value = parseJsonNoting('{"__proto__":{"x":1},"__proto__":{"x":2}}').value as object
  assert.deepEqual(Object.keys(value), ['__proto__'])
  assert.equal((value as { x?: number }).x, undefined)
})

test('nesting of what is sent stops at a thousand', () => {
  const list = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  assert.equal(Array.isArray(parseJsonNoting(list(1_000)).value), true)
  assert.throws(() => parseJsonNoting(list(1_001)), /exceeded max depth/)
})

test('nesting stops at ten thousand', () => {
  assert.equal(Array.isArray(parseJson('['.repeat(10_000) + ']'.repeat(10_000))), true)
  assert.throws(() => parseJson('['.repeat(10_001) + ']'.repeat(10_001)), /exceeded max depth/)
})

test('what HTML could read is escaped', () => {
  assert.equal(stringifyJson({ a: '<&>\u2028' }), '{"a":"\\u003c\\u0026\\u003e\\u2028"}')
  assert.equal(stringifyJson({ a: '<', n: 2n ** 60n }), '{"a":"\\u003c","n":1152921504606846976}')
})

test('the exact scanner agrees with the engine', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const exact = stringifyJson(new JsonScanner(text).read())
      assert.deepEqual(JSON.parse(exact), JSON.parse(text))
      assert.deepEqual(stringifyJson(parseJsonNoting(text).value), exact)
    }),
  )
})
