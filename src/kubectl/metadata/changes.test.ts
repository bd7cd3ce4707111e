import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changed, readChanges, splitWords, taken } from './changes.ts'

const label = { what: 'label' }

test('splitWords() parts names from changes, and refuses names behind changes', () => {
  assert.deepEqual(splitWords(['cm', 'a', 'k=v', 'old-'], label), {
    names: ['cm', 'a'],
    pairs: ['k=v', 'old-'],
  })
  assert.deepEqual(splitWords(['cm', 'a'], label), { names: ['cm', 'a'], pairs: [] })
  assert.throws(() => splitWords(['cm', 'k=v', 'a'], label), {
    message: 'all resources must be specified before label changes: a',
  })
})

test('readChanges() reads what is set and removed, but not both of one key', () => {
  assert.deepEqual(readChanges(['a=b=c', 'd=', 'e-', 'constructor-'], label), {
    set: { a: 'b=c', d: '' },
    remove: ['e', 'constructor'],
  })
  assert.throws(() => readChanges(['a=b', 'a-'], label), {
    message: 'can not both modify and remove a label in the same command',
  })
  assert.throws(() => readChanges(['a=b', 'a-'], { what: 'annotation' }), /remove an annotation in/)
})

test('changed() gives the new labels; taken() those that have another value already', () => {
  const old = { a: '1', b: '2', constructor: '3' }
  const changes = readChanges(['a=1', 'b=3', 'c=4', 'constructor-'], label)
  assert.deepEqual(changed(old, changes), { a: '1', b: '3', c: '4' })
  assert.deepEqual(taken(old, changes), [['b', '2']])
})
