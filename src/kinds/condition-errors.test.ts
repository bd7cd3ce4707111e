import assert from 'node:assert/strict'
import { test } from 'node:test'
import { told } from '#testkit/kind-check'
import { conditionErrors } from './condition-errors.ts'
import type { Condition } from './gen/meta-v1.ts'

const sound: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Done',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}

test('conditions are complete, and there once', () => {
  const rows: [Partial<Condition>, ...(string | RegExp)[]][] = [
    [{}],
    [{ type: '' }, 'c[0].type: Required value: is required'],
    [{ type: 'a b' }, /^c\[0\]\.type: Invalid value: "a b": name part must consist of/],
    [{ status: '' }, 'c[0].status: Required value'],
    [{ status: 'x' }, 'c[0].status: Unsupported value: "x": supported values: "False", "True", "Unknown"'],
    [
      { observedGeneration: -1 },
      'c[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
    ],
    [{ lastTransitionTime: null }, 'c[0].lastTransitionTime: Required value'],
    [{ reason: '' }, 'c[0].reason: Required value'],
    [{ reason: '1' }, /^c\[0\]\.reason: Invalid value: "1": a condition reason must start with alphabetic/],
    [{ reason: 'a'.repeat(1025) }, 'c[0].reason: Too long: may not be more than 1024 bytes'],
    [{ message: 'a'.repeat(32_769) }, 'c[0].message: Too long: may not be more than 32768 bytes'],
  ]
  for (const [change, ...expected] of rows) {
    const faults = [...conditionErrors([{ ...sound, ...change }], 'c')]
    told(
      faults.map(({ path, body }) => `${path}: ${body}`),
      expected,
      JSON.stringify(change),
    )
  }
  const twice = [...conditionErrors([sound, sound], 'c')]
  assert.deepEqual(twice, [{ fault: 'FieldValueDuplicate', path: 'c[1]', body: 'Duplicate value: "Ready"' }])
})
