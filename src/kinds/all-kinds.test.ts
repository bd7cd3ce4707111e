import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { copy } from '#schema/copy'
import { toJson } from '#schema/encode'
import { parseJson } from '#schema/json'
import { fixturesMissing, readFixtures } from '#testkit/fixtures'
import { read } from '#testkit/kind-check'
import { sampleOf, samplesFolder, sampleText } from '#testkit/kind-samples'
import { compareBytes } from '#base/byte-order'
import type { KindDef } from './define.ts'
import { groups } from './gen/resources.ts'
import { findKind, findResource, kinds } from './index.ts'
import { setDefaults, byHand } from './defaults.ts'
import { validateMeta } from './meta.ts'

const sent = (kind: KindDef): object => sampleOf(kind)
const each = (check: (kind: KindDef) => void) => {
  for (const kind of kinds) check(kind)
}
/** Kinds that only answer a request have no stored form. */
const stored = kinds.filter(({ verbs }) => verbs.includes('watch'))

test('every kind has an object to test it with, and no object is without a kind', () => {
  const files = readdirSync(samplesFolder)
  const count = (ending: string) => files.filter((name) => name.endsWith(ending)).length
  assert.deepEqual([count('.sent.json'), count('.stored.json')], [kinds.length, stored.length])
})

test('what is sent is stored in the golden wire form', () => {
  for (const kind of stored) {
    const text = toJson(kind.type, {
      ...read(kind, sent(kind)),
      kind: kind.kind,
      apiVersion: kind.apiVersion,
    })
    assert.deepEqual(JSON.parse(text), JSON.parse(sampleText(kind, 'stored')), kind.plural)
    assert.equal(
      text,
      JSON.stringify(JSON.parse(sampleText(kind, 'stored'))),
      `order of fields of ${kind.plural}`,
    )
  }
})

test('defaulting twice is defaulting once', () => {
  each((kind) => {
    const once = read(kind, sent(kind))
    const twice = copy(once)
    kind.fillIn(twice)
    assert.deepEqual(twice, once, kind.plural)
  })
})

test('what is written is read again as it was', () => {
  each((kind) => {
    const text = toJson(kind.type, read(kind, sent(kind)))
    assert.equal(toJson(kind.type, read(kind, parseJson(text) as object)), text, kind.plural)
  })
})

test('the objects are sound', () => {
  for (const kind of stored) {
    const object = read(kind, sent(kind))
    const context = { now: 0, subresource: '' }
    kind.rules.prepareCreate?.(object, context)
    const errors = [...validateMeta(kind, object), ...(kind.rules.validate?.(object, context) ?? [])]
    assert.deepEqual(errors, [], kind.plural)
  }
})

test('every column has a cell and every selector a value, for any object', () => {
  each((kind) => {
    for (const object of [read(kind, sent(kind)), read(kind, { metadata: { name: 'bare' } })]) {
      for (const { name } of kind.columns) {
        const cell = kind.cells[name]?.(object, 0)
        assert.notEqual(cell, undefined, `${kind.plural}: ${name}`)
      }
      for (const { label } of kind.fieldSelectors) {
        assert.equal(typeof kind.selectable[label]?.(object), 'string', `${kind.plural}: ${label}`)
      }
    }
  })
})

test('no rule stumbles over an object that has nothing', () => {
  each((kind) => {
    const object = read(kind, {})
    const context = { now: 0, subresource: '' }
    kind.rules.prepareCreate?.(object, context)
    const old = copy(object)
    for (const subresource of ['', ...kind.subresources.map(({ name }) => name)]) {
      const about = { now: 0, subresource }
      const next = copy(object)
      kind.rules.prepareUpdate?.(next, old, about)
      assert.ok(Array.isArray([...(kind.rules.validate?.(next, about) ?? [])]))
      assert.ok(Array.isArray([...(kind.rules.validateUpdate?.(next, old, about) ?? [])]))
    }
    assert.ok(Array.isArray([...(kind.rules.warnings?.(object) ?? [])]))
    assert.equal(kind.rules.graceSeconds?.(object, undefined) ?? 0, 0)
    kind.rules.holdsDeletion?.(object)
    kind.rules.markDeleting?.(object)
    kind.rowConditions?.(object)
  })
})

test('every name rule is one that names are checked by', () => {
  const rules = ['dnsSubdomain', 'dnsLabel', 'dns1035Label', 'pathSegment', 'ip', 'none']
  each((kind) => assert.ok(rules.includes(kind.name), `${kind.plural}: ${kind.name}`))
})

test('kinds are found by what paths and objects call them', () => {
  assert.equal(findResource('', 'v1', 'pods')?.kind, 'Pod')
  assert.equal(findResource('', 'v2', 'pods'), undefined)
  assert.equal(findKind('events.k8s.io/v1', 'Event')?.group, 'events.k8s.io')
  assert.equal(findKind('v1', 'Event')?.group, '')
  assert.equal(findKind('v1', 'Nothing'), undefined)
})

test('the groups are in the order of discovery, their resources sorted, and each is in the list once', () => {
  const order = groups.map(({ group }) => group)
  const keys = kinds.map(({ group, version, plural }) => `${order.indexOf(group) + 10}/${version}/${plural}`)
  assert.deepEqual(keys, [...new Set(keys)].sort(compareBytes))
})

test('the hand-written defaults are for types that need them', () => {
  for (const name of Object.keys(byHand)) assert.match(name, /^io\.k8s\.[\w.-]+\.[A-Z]\w+$/)
  const pod = { metadata: {}, spec: { containers: [{ name: 'a', image: 'a', resources: {} }] }, status: {} }
  setDefaults('io.k8s.api.core.v1.Pod', pod)
  assert.equal((pod.spec.containers[0] as { imagePullPolicy?: string }).imagePullPolicy, 'Always')
})

test('an object with every field set is defaulted once, and judged without stumbling', {
  skip: fixturesMissing ?? false,
}, () => {
  const fixtures = readFixtures()
  const published = new Set(fixtures.map(({ group }) => group))
  each((kind) => {
    // Groups of other servers are published elsewhere.
    if (!published.has(kind.group)) return
    const full = fixtures.find(
      ({ group, version, kind: name }) =>
        group === kind.group && version === kind.version && name === kind.kind,
    )
    assert.ok(full, kind.plural)
    const once = read(kind, parseJson(full.json) as object)
    const twice = copy(once)
    kind.fillIn(twice)
    assert.deepEqual(twice, once, kind.plural)
    for (const subresource of ['', ...kind.subresources.map(({ name }) => name)]) {
      const about = { now: 0, subresource }
      const next = copy(once)
      kind.rules.prepareUpdate?.(next, once, about)
      assert.ok(Array.isArray([...(kind.rules.validate?.(next, about) ?? [])]))
      const complaints = [...(kind.rules.validateUpdate?.(next, once, about) ?? [])]
      // What is not changed is not complained about; a status may be wrong by itself.
      if (subresource === '') assert.deepEqual(complaints, [], kind.plural)
    }
    for (const { name } of kind.columns) assert.notEqual(kind.cells[name]?.(once, 0), undefined, name)
  })
})
