import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../object.ts'
import { compare } from './compare.ts'
import { fieldsOf } from './fields-of.ts'
import { merge } from './merge.ts'
import { pathTexts } from './path-element.ts'
import { remove } from './remove.ts'
import type { Structure } from './structure.ts'

const scalar: Structure = { is: 'whole', holds: 'scalar' }
const set: Structure = { is: 'list', of: scalar, keys: [] }
const map: Structure = { is: 'map', of: scalar }
const texts = (fields: ReturnType<typeof fieldsOf>) => Array.from(pathTexts(fields), ({ text }) => text)

/** Stored, applied, and what they become. */
const orders: readonly (readonly [string, string, string])[] = [
  ['', 'abc', 'abc'],
  ['abc', '', 'abc'],
  ['abc', 'abc', 'abc'],
  ['abc', 'cba', 'cba'],
  ['ab', 'cd', 'abcd'],
  ['ab', 'bc', 'abc'],
  ['abc', 'cd', 'abcd'],
  ['abc', 'xby', 'axbcy'],
  ['abcd', 'db', 'acdb'],
  ['xaybz', 'ba', 'xybza'],
  ['aab', 'b', 'aab'],
  ['aab', 'ab', 'ab'],
]

for (const [stored, applied, merged] of orders) {
  test(`a set of ${stored || 'nothing'}, applied ${applied || 'nothing'}, is ${merged}`, () => {
    assert.deepEqual(merge(set, stored.split(''), applied.split('')), merged.split(''))
  })
}

test('an explicit null replaces a whole, and adds nothing to parts', () => {
  assert.equal(merge(scalar, 'a', null), null)
  assert.deepEqual(merge(map, { a: 'b' }, null), { a: 'b' })
  assert.equal(merge(map, {}, null), null)
})

test('names that every object has are members like others', () => {
  const odd = JSON.parse('{"__proto__":"a","constructor":"b"}') as Json
  const merged = merge(map, odd, { c: 'd' }) as object
  assert.equal(JSON.stringify(merged), '{"__proto__":"a","constructor":"b","c":"d"}')
  assert.deepEqual(texts(compare(map, {}, odd)?.added), ['.__proto__', '.constructor'])
  assert.deepEqual(texts(fieldsOf(map, odd)), ['.__proto__', '.constructor'])
  assert.deepEqual(remove(map, odd, fieldsOf(map, odd)), null)
})

test('items that stand twice are one, and change as one', () => {
  assert.deepEqual(texts(fieldsOf(set, ['a', 'a'])), ['[="a"]'])
  assert.deepEqual(texts(compare(set, ['a', 'a'], ['a'])?.removed), ['[="a"]'])
  assert.deepEqual(texts(compare(set, ['a'], ['a', 'a'])?.added), ['[="a"]'])
  assert.equal(compare(set, ['a', 'a'], ['a', 'a']), undefined)
  assert.deepEqual(texts(compare(set, ['a', 'a'], ['a', 'a', 'a'])?.modified), ['[="a"]'])
})

test('empty and null differ, absent and undefined do not', () => {
  assert.deepEqual(compare(map, {}, null)?.modified, {})
  assert.deepEqual(compare(map, undefined, {})?.added, {})
  assert.equal(compare(map, undefined, undefined), undefined)
})
