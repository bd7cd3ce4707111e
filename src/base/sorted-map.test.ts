import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareBytes, prefixEnd } from './byte-order.ts'
import { SortedMap } from './sorted-map.ts'

const key = fc.oneof(
  fc.integer({ min: 0, max: 400 }).map((n) => `/k/${n}`),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const step = fc.record({ key, remove: fc.boolean() })
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

function apply(
  map: SortedMap<number>,
  model: Map<string, number>,
  steps: { key: string; remove: boolean }[],
) {
  let next = map
  for (const [i, one] of steps.entries()) {
    next = one.remove ? next.delete(one.key) : next.set(one.key, i)
    if (one.remove) model.delete(one.key)
    else model.set(one.key, i)
  }
  return next
}

test('SortedMap gives what a sorted list of entries gives, and older versions stay as they were', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 600 }),
      fc.array(step, { maxLength: 600 }),
      key,
      key,
      (a, b, from, to) => {
        const model = new Map<string, number>()
        const first = apply(SortedMap.empty<number>(), model, a)
        const before = [...model].sort((x, y) => byBytes(x[0], y[0]))
        const second = apply(first, model, b)
        const after = [...model].sort((x, y) => byBytes(x[0], y[0]))
        assert.deepEqual([...first.entries()], before)
        assert.deepEqual([...second.entries()], after)
        assert.equal(second.size, after.length)
        assert.equal(second.get(from), model.get(from))
        assert.equal(second.has(from), model.has(from))
        const range = after.filter(([k]) => byBytes(k, from) >= 0 && byBytes(k, to) < 0)
        assert.deepEqual([...second.entries(from, to)], range)
        assert.equal(second.count(from, to), range.length)
        const starting = after.filter(([k]) => k.startsWith(from))
        assert.deepEqual([...second.prefix(from)], starting)
        assert.equal(second.countPrefix(from), starting.length)
        assert.deepEqual([...SortedMap.fromSorted(after).entries()], after)
      },
    ),
    { numRuns: 60 },
  )
})

test('SortedMap stays shallow and right while it grows to thousands and shrinks to nothing', () => {
  let map = SortedMap.empty<number>()
  const name = (i: number) => `/registry/pods/${(i * 7919) % 20_011}`
  for (let i = 0; i < 20_011; i++) map = map.set(name(i), i)
  assert.equal(map.size, 20_011)
  assert.equal(map.countPrefix('/registry/pods/1'), 11_111)
  for (let i = 0; i < 20_011; i++) {
    assert.equal(map.get(name(i)), i)
    map = map.delete(name(i))
    assert.equal(map.size, 20_010 - i)
  }
  assert.equal(map, map.delete('absent'))
})

test('SortedMap.visit() stops when told to', () => {
  const map = SortedMap.fromSorted(
    Array.from({ length: 100 }, (_, i) => [`k${String(i).padStart(3, '0')}`, i]),
  )
  const seen: number[] = []
  map.visit('k010', undefined, (_, value) => {
    seen.push(value)
    return seen.length < 3
  })
  assert.deepEqual(seen, [10, 11, 12])
})

test('SortedMap with astral keys orders them after U+FFFF, as UTF-8 does', () => {
  const map = SortedMap.empty<number>().set('\u{1f600}', 2).set('\uffee', 1)
  assert.deepEqual(
    [...map.entries()].map(([, value]) => value),
    [1, 2],
  )
})

test('compareBytes() is the order of UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(fc.property(text, text, (a, b) => Math.sign(compareBytes(a, b)) === byBytes(a, b)))
})

test('prefixEnd() is after everything that starts with the prefix, and nothing fits between', () => {
  assert.equal(prefixEnd('/registry/pods/'), '/registry/pods0')
  assert.equal(prefixEnd(''), undefined)
  assert.equal(prefixEnd('a\u{10ffff}'), 'b')
  const text = fc.string({ unit: 'binary', maxLength: 4 })
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const end = prefixEnd(prefix)
      const inRange = byBytes(other, prefix) >= 0 && (end === undefined || byBytes(other, end) < 0)
      assert.equal(inRange, other.startsWith(prefix))
    }),
  )
})
