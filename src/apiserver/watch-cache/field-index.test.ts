import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pod } from '#kinds/core/pod/index'
import { ResourceCache, indexesOf } from './cache.ts'
import { type Entry, entryOf } from './entry.ts'
import { factReader } from './facts.ts'

const entry = (name: string, nodeName: string, revision: number): Entry => {
  const object = { metadata: { name, namespace: 'a', uid: name }, spec: { nodeName } }
  return entryOf(pod, `/registry/pods/a/${name}`, JSON.stringify(object), revision, object)
}
const open = () => new ResourceCache({ keepMs: 1000, bytesMax: 1000 }, indexesOf(pod))
const on = (cache: ResourceCache, node: string) =>
  [...(cache.having('spec.nodeName', node)?.entries() ?? [])].map(
    ([, { name, revision }]) => `${name}@${revision}`,
  )

test('a cache finds the objects of a field that is indexed, and of no other', () => {
  const cache = open()
  cache.reset([entry('a', 'one', 1), entry('b', 'two', 2), entry('c', 'one', 3)], 3)
  assert.deepEqual([on(cache, 'one'), on(cache, 'two'), on(cache, 'none')], [['a@1', 'c@3'], ['b@2'], []])
  assert.equal(cache.having('status.phase', 'Running'), undefined)
})

test('a change moves an object from one value to the other, and a deletion takes it out', () => {
  const cache = open()
  cache.reset([entry('b', '', 1)], 1)
  cache.put(entry('a', 'one', 2), 0)
  cache.put(entry('b', 'one', 3), 0)
  cache.put(entry('b', 'one', 4), 0)
  assert.deepEqual([on(cache, ''), on(cache, 'one')], [[], ['a@2', 'b@4']])
  cache.remove(entry('a', 'one', 5), 0)
  cache.remove(entry('none', 'one', 6), 0)
  assert.deepEqual(on(cache, 'one'), ['b@4'])
  cache.reset([], 7)
  assert.deepEqual(on(cache, 'one'), [])
})

test('facts of an object tell each field it is selected by', () => {
  const one = entry('a', 'one', 1)
  assert.equal(factReader(pod, 'metadata.name')(one), 'a')
  assert.equal(factReader(pod, 'metadata.namespace')(one), 'a')
  assert.equal(factReader(pod, 'spec.nodeName')(one), 'one')
  assert.equal(factReader(pod, 'spec.hostNetwork')(one), 'false')
  assert.equal(factReader(pod, 'none')(one), '')
})
