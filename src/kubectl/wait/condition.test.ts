import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '#schema/object'
import { readCondition } from './condition.ts'

const pod = {
  metadata: { generation: 2 },
  spec: { containers: [{ name: 'a' }, { name: 'b' }] },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Old', status: 'True', observedGeneration: 1 },
    ],
  },
}

function holds(text: string, object: Json = pod): boolean {
  const condition = readCondition(text)
  assert(condition.is === 'state')
  return condition.holds(object)
}

test('a condition holds when the status says so of the present generation', () => {
  assert.equal(holds('condition=Ready'), true)
  assert.equal(holds('condition=ready=TRUE'), true)
  assert.equal(holds('condition=Ready=False'), false)
  assert.equal(holds('condition=Old'), false)
  assert.equal(holds('condition=Nope'), false)
  assert.equal(holds('condition=Ready', {}), false)
})

test('a JSONPath holds when its value is there, or is the one asked for', () => {
  assert.equal(holds('jsonpath={.status.phase}=Running'), true)
  assert.equal(holds('jsonpath={.status.phase}="Running"'), true)
  assert.equal(holds('jsonpath=.status.phase=Running'), true)
  assert.equal(holds('jsonpath={.status.phase}=Pending'), false)
  assert.equal(holds('jsonpath={.status.phase}'), true)
  assert.equal(holds('jsonpath={.status.nope}'), false)
  assert.equal(holds('jsonpath={.status.conditions[?(@.type=="Ready")].status}=True'), true)
})

test('what cannot be compared is refused', () => {
  assert.throws(() => holds('jsonpath={.spec.containers[*].name}=a'), /matches more than one value/)
  assert.throws(() => holds('jsonpath={.status}=a'), /nested object or list/)
  assert.throws(() => readCondition('jsonpath={.a}='), /has to have a value after equal sign/)
  assert.throws(() => readCondition('jsonpath='), /jsonpath expression cannot be empty/)
  assert.throws(() => readCondition('foo'), { message: 'unrecognized condition: "foo"' })
  assert.deepEqual(readCondition('Delete'), { is: 'delete' })
})
