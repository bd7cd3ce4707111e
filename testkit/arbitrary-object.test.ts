import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultOrder, defaultRules, podSpecSteps } from '#kinds/gen/defaults'
import { tables } from '#kinds/gen/tables'
import { typeNamed } from '#kinds/types'
import { canonical } from '#schema/canonical'
import { decode } from '#schema/decode'
import { defaulter } from '#schema/default'
import { toJson } from '#schema/encode'
import { parseJsonNoting } from '#schema/json'
import { identityOf } from '#schema/list-order'
import type { Json } from '#schema/object'
import { isPlainObject } from '#schema/plain'
import type { TypeDef } from '#schema/type'
import { strategicDiff } from '#schema/strategic-diff'
import { applyStrategicMergePatch } from '#schema/strategic-merge-patch'
import { arbitraryObject } from './arbitrary-object.ts'

const names = tables
  .flatMap((table) => Object.keys(table))
  .filter((name) => typeNamed(name).special === undefined)

test('every type reads back what it writes, byte for byte', () => {
  for (const name of names) {
    const type = typeNamed(name)
    fc.assert(
      fc.property(arbitraryObject(type), (value) => {
        const { object, strict } = decode(type, value)
        assert.deepEqual(strict, [])
        const text = toJson(type, object)
        const parsed = parseJsonNoting(text)
        const again = decode(type, parsed.value, parsed.duplicates)
        assert.deepEqual(again.strict, [])
        assert.equal(toJson(type, again.object), text)
        assert.deepEqual(again.object, object, 'what Go cannot tell apart is the same from the start')
        assert.deepEqual(
          canonical(type, object),
          parsed.value,
          'the canonical form is what reading the JSON gives',
        )
      }),
      { numRuns: 5 },
    )
  }
})

test('defaulting twice changes nothing', () => {
  const setDefaults = defaulter({ data: defaultRules, order: defaultOrder, podSpecSteps, byHand: {} })
  for (const name of Object.keys(defaultOrder)) {
    const type = typeNamed(name)
    fc.assert(
      fc.property(arbitraryObject(type, 6), (value) => {
        const { object } = decode(type, value)
        setDefaults(name, object)
        const once = toJson(type, object)
        setDefaults(name, object)
        assert.equal(toJson(type, object), once)
        assert.equal(toJson(type, decode(type, JSON.parse(once)).object), once)
      }),
      { numRuns: 5 },
    )
  }
})

/** Whether some list that is merged by a key holds elements that the key does not tell apart: no patch can do that. */
function hasTwins(type: TypeDef, value: Json): boolean {
  if (!isPlainObject(value) || type.special !== undefined) return false
  return type.fields.some(({ name, shape, patchStrategy = '', patchMergeKey = '' }) => {
    const list = value[name]
    const inner = shape.is === 'list' ? shape.of : shape
    if (inner.is !== 'object' && !patchStrategy.includes('merge')) return false
    const elements = (Array.isArray(list) ? list : [list ?? null]) as Json[]
    const keys = elements.map((one) => JSON.stringify(identityOf(one, patchMergeKey)))
    const isMerged = Array.isArray(list) && patchStrategy.includes('merge')
    if (isMerged && (new Set(keys).size < keys.length || keys.includes(undefined as never))) return true
    return inner.is === 'object' && elements.some((one) => hasTwins(inner.type(), one))
  })
}

test('a patch of what differs leads from one object to the other', () => {
  for (const name of Object.keys(defaultOrder)) {
    const type = typeNamed(name)
    const objects = arbitraryObject(type, 6).map((value) => decode(type, value).object)
    fc.assert(
      fc.property(objects, objects, (old, next) => {
        fc.pre(!hasTwins(type, old) && !hasTwins(type, next))
        const patched = applyStrategicMergePatch(type, old, strategicDiff(type, old, next))
        assert.equal(toJson(type, decode(type, patched).object), toJson(type, next))
      }),
      { numRuns: 10 },
    )
  }
})
