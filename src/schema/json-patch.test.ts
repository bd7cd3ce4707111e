import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { equal } from './equal.ts'
import { applyJsonPatch } from './json-patch.ts'
import { applyMergePatch, mergeDiff, threeWayMergePatch } from './merge-patch.ts'
import type { Json } from './object.ts'

const document = { a: { b: [1, 2, 3], 'x/y': 1, '~': 2 }, n: null }

test('each operation does its work, and leaves the document itself alone', () => {
  const before = JSON.stringify(document)
  const cases: [Json[], Json][] = [
    [[{ op: 'add', path: '/a/b/-', value: 4 }], { ...document, a: { ...document.a, b: [1, 2, 3, 4] } }],
    [[{ op: 'add', path: '/a/b/1', value: 9 }], { ...document, a: { ...document.a, b: [1, 9, 2, 3] } }],
    [[{ op: 'add', path: '/a/b/-1', value: 9 }], { ...document, a: { ...document.a, b: [1, 2, 3, 9] } }],
    [[{ op: 'remove', path: '/a/b/-1' }], { ...document, a: { ...document.a, b: [1, 2] } }],
    [[{ op: 'replace', path: '/a/x~1y', value: 5 }], { ...document, a: { ...document.a, 'x/y': 5 } }],
    [[{ op: 'remove', path: '/a/~0' }], { ...document, a: { b: [1, 2, 3], 'x/y': 1 } }],
    [[{ op: 'replace', path: '/new', value: 5 }], { ...document, new: 5 }],
    [[{ op: 'replace', path: '', value: { z: 1 } }], { z: 1 }],
    [[{ op: 'copy', from: '/absent', path: '/c' }], { ...document, c: null }],
    [[{ op: 'move', from: '/a/b', path: '/c' }], { a: { 'x/y': 1, '~': 2 }, n: null, c: [1, 2, 3] }],
    [[{ op: 'copy', from: '/a/b/0', path: '/c' }], { ...document, c: 1 }],
    [
      [
        { op: 'test', path: '/a/b', value: [1, 2, 3] },
        { op: 'test', path: '/n', value: null },
        { op: 'test', path: '/absent', value: null },
      ],
      document,
    ],
  ]
  for (const [patch, expected] of cases) {
    assert.deepEqual(applyJsonPatch(document, patch), expected, JSON.stringify(patch))
  }
  assert.equal(JSON.stringify(document), before)
})

test('what cannot be applied is refused in upstream’s words', () => {
  const refusals: [Json, string][] = [
    [
      [{ op: 'add', path: '/x/y', value: 1 }],
      'add operation does not apply: doc is missing path: "/x/y": missing value',
    ],
    [
      [{ op: 'add', path: '/a/b/9', value: 1 }],
      "error in add for path: '/a/b/9': Unable to access invalid index: 9: invalid index referenced",
    ],
    [
      [{ op: 'remove', path: '/x' }],
      "error in remove for path: '/x': Unable to remove nonexistent key: x: missing value",
    ],
    [
      [{ op: 'replace', path: '/a/b/7', value: 1 }],
      'replace operation does not apply: doc is missing key: /a/b/7: missing value',
    ],
    [
      [{ op: 'replace', path: '/x/y', value: 1 }],
      'replace operation does not apply: doc is missing path: /x/y: missing value',
    ],
    [
      [{ op: 'remove', path: '/a/b/-' }],
      `error in remove for path: '/a/b/-': strconv.Atoi: parsing "-": invalid syntax`,
    ],
    [
      [{ op: 'add', path: '/a/b/x', value: 1 }],
      `error in add for path: '/a/b/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
    ],
    [[{ op: 'test', path: '', value: {} }], 'testing value  failed: test failed'],
    [[{ op: 'test', path: '/a/b/0', value: 2 }], 'testing value /a/b/0 failed: test failed'],
    [[{ op: 'frob', path: '/a' }], 'Unexpected kind: frob'],
    [{ op: 'add' }, 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
  ]
  for (const [patch, message] of refusals) {
    assert.throws(() => applyJsonPatch(document, patch), { name: 'JsonPatchError', message })
  }
})

test('patches are bounded in operations and in what they copy', () => {
  const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/n', value: null }))
  assert.throws(
    () => applyJsonPatch(document, many),
    /maximum operations in a JSON patch is 10000, got 10001/,
  )
  const big = { a: 'x'.repeat(1024 * 1024) }
  const copies = ['b', 'c', 'd', 'e'].map((name) => ({ op: 'copy', from: '/a', path: `/${name}` }))
  assert.throws(() => applyJsonPatch(big, copies), /accumulated size increase of copy/)
})

test('no patch nests deeper than what is sent whole', () => {
  const list = (levels: number): Json => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json
  const within = [{ op: 'add', path: '/a/b', value: list(998) }]
  assert.ok(applyJsonPatch({ a: {} }, within))
  const tooDeep: Json[] = [
    [{ op: 'add', path: '/a/b', value: list(999) }],
    [{ op: 'replace', path: '/a/c', value: list(999) }],
    [{ op: 'move', from: '/deep', path: '/a/b' }],
    [{ op: 'copy', from: '/deep', path: '/a/b' }],
  ]
  for (const patch of tooDeep) {
    assert.throws(() => applyJsonPatch({ a: { c: 1 }, deep: list(999) }, patch), /exceeded max depth/)
  }
})

test('__proto__ in a patch is a name like any other', () => {
  const patched = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { x: 1 } }])
  assert.deepEqual(Object.keys(patched as object), ['__proto__'])
  assert.throws(() => applyJsonPatch({}, [{ op: 'add', path: '/constructor/x', value: 1 }]), /missing path/)
  const merged = applyMergePatch({}, JSON.parse('{"__proto__":{"x":1}}') as Json)
  assert.equal((merged as { x?: number }).x, undefined)
})

test('a merge patch sets, removes and replaces lists', () => {
  assert.deepEqual(
    applyMergePatch(
      { a: 1, b: { c: 1, d: 2 }, e: [1] },
      { a: null, b: { c: null, x: { y: null, z: 1 } }, e: [2] },
    ),
    { b: { d: 2, x: { z: 1 } }, e: [2] },
  )
})

type Members = { [key: string]: Json }

const withoutNull = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.oneof(
    fc.integer({ min: 0, max: 2 }),
    fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('x', 'y'), fc.integer({ min: 0, max: 2 })),
  ),
)

test('mergeDiff() gives the patch that leads from one object to another', () => {
  fc.assert(
    fc.property(withoutNull, withoutNull, (old, next) => {
      const patched = applyMergePatch(old as Json, mergeDiff(old as Members, next as Members))
      assert.equal(equal(patched, next), true)
    }),
  )
})

test('threeWayMergePatch() removes what was applied before, and leaves what others set', () => {
  const patch = threeWayMergePatch(
    { a: 1, b: { c: 1 }, k: 1 },
    { b: { d: 2 }, k: 1 },
    { a: 1, b: { c: 1, other: 3 }, k: 1 },
  )
  assert.deepEqual(patch, { a: null, b: { c: null, d: 2 } })
})
