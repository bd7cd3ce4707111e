import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  anyElement,
  difference,
  fieldAt,
  type Fields,
  hasField,
  intersection,
  leaf,
  union,
  within,
  without,
} from './field-set.ts'
import { pathTexts, sorted } from './path-element.ts'

const path = fc.array(fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:1'), { minLength: 1, maxLength: 3 })
const paths = fc.array(path, { maxLength: 6 })

const setOf = (all: readonly string[][]): Fields => all.map(fieldAt).reduce<Fields>(union, undefined)
const modelOf = (all: readonly string[][]) => new Set(all.map((one) => one.join(' ')))
const pathsOf = (set: Fields) => new Set(Array.from(pathTexts(set), (one) => one.path.join(' ')))

test('sets of fields are sets of paths', () => {
  fc.assert(
    fc.property(paths, paths, (a, b) => {
      const [left, right] = [modelOf(a), modelOf(b)]
      assert.deepEqual(pathsOf(setOf(a)), left)
      assert.deepEqual(pathsOf(union(setOf(a), setOf(b))), left.union(right))
      assert.deepEqual(pathsOf(intersection(setOf(a), setOf(b))), left.intersection(right))
      assert.deepEqual(pathsOf(difference(setOf(a), setOf(b))), left.difference(right))
      const within = [...left].filter((one) => ![...right].some((p) => one === p || one.startsWith(`${p} `)))
      assert.deepEqual(pathsOf(without(setOf(a), setOf(b))), new Set(within))
      for (const one of a) assert.ok(hasField(setOf(a), one))
      for (const one of b) assert.equal(hasField(setOf(a), one), left.has(one.join(' ')))
    }),
  )
})

test('a difference that takes nothing gives the very set', () => {
  const set = setOf([['f:a', 'f:b'], ['f:c']])
  assert.equal(difference(set, fieldAt(['f:a'])), set)
  assert.equal(difference(set, fieldAt(['f:d'])), set)
})

test('members stand in the order of upstream: names by bytes, keys by their values, then values', () => {
  const set = sorted({
    'v:"b"': {},
    'k:{"port":443,"protocol":"TCP"}': {},
    'f:b': { 'f:z': {}, '.': {} },
    'k:{"port":80,"protocol":"UDP"}': {},
    'k:{"port":80,"protocol":"TCP"}': {},
    'f:Z': {},
    'v:10': {},
    'v:9': {},
  })
  assert.equal(
    JSON.stringify(set),
    '{"f:Z":{},"f:b":{".":{},"f:z":{}},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{},"k:{\\"port\\":80,\\"protocol\\":\\"UDP\\"}":{},"k:{\\"port\\":443,\\"protocol\\":\\"TCP\\"}":{},"v:9":{},"v:10":{},"v:"b"":{}}'.replace(
      '"v:"b""',
      '"v:\\"b\\""',
    ),
  )
})

test('paths are told as in conflicts, those of a level before those within', () => {
  const set = setOf([
    ['f:spec', 'f:containers', 'k:{"name":"a"}', 'f:image'],
    ['f:spec', 'f:replicas'],
    ['f:metadata', 'f:finalizers', 'v:"x/y"'],
    ['f:data'],
  ])
  assert.deepEqual(
    Array.from(pathTexts(set), ({ text }) => text),
    ['.data', '.metadata.finalizers[="x/y"]', '.spec.replicas', '.spec.containers[name="a"].image'],
  )
})

test('within() keeps what a pattern names, and what is on the way to it', () => {
  const item = { '.': leaf, 'f:x': { 'f:y': leaf }, 'f:z': leaf }
  const set = { 'f:spec': { 'f:list': { 'k:a': item }, 'f:other': leaf } }
  const pattern = { 'f:spec': { 'f:list': { [anyElement]: { 'f:x': leaf } } } }
  const kept = { '.': leaf, 'f:x': { 'f:y': leaf } }
  assert.deepEqual(within(set, pattern), { 'f:spec': { 'f:list': { 'k:a': kept } } })
  assert.equal(within(set, undefined), set)
  assert.equal(within({ 'f:status': leaf }, pattern), undefined)
})
