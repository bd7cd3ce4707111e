import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueAt } from './path.ts'

test('valueAt() follows fields and indexes and never inherited members', () => {
  const object = { status: { podIPs: [{ ip: '10.0.0.1' }] } }
  assert.equal(valueAt(object, 'status.podIPs[0].ip'), '10.0.0.1')
  assert.equal(valueAt(object, 'status.podIPs[1].ip'), undefined)
  assert.equal(valueAt(object, 'constructor.name'), undefined)
})
