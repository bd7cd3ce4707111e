import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareElements, sorted } from './path-element.ts'

test('keys are told apart by their values, not by the letters of their JSON', () => {
  assert.ok(compareElements('k:{"name":"a"}', 'k:{"name":"a!"}') < 0)
  assert.ok(compareElements('k:{"port":9}', 'k:{"port":10}') < 0)
  assert.ok(compareElements('k:{"a":"x","b":"y"}', 'k:{"a":"x"}') > 0)
})

test('a set that is in order is given as it is', () => {
  const set = { '.': {}, 'f:a': { 'f:b': {}, 'f:c': {} }, 'k:{"name":"a"}': {} }
  assert.equal(sorted(set), set)
})

test('a set is put in order at every level', () => {
  const set = { 'k:{"name":"a"}': { 'f:c': {}, 'f:b': {} }, 'f:a': {}, '.': {} }
  const inOrder = { '.': {}, 'f:a': {}, 'k:{"name":"a"}': { 'f:b': {}, 'f:c': {} } }
  assert.equal(JSON.stringify(sorted(set)), JSON.stringify(inOrder))
})
