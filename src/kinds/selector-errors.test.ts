import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LabelSelectorRequirement } from './gen/meta-v1.ts'
import { selectorErrors } from './selector-errors.ts'

test('selectors inside of objects', () => {
  const rows: [LabelSelectorRequirement, ...RegExp[]][] = [
    [{ key: 'a', operator: 'In', values: ['b'] }],
    [
      { key: 'a', operator: 'In' },
      /values: Required value: must be specified when `operator` is 'In' or 'NotIn'$/,
    ],
    [
      { key: 'a', operator: 'Exists', values: ['b'] },
      /values: Forbidden: may not be specified when `operator` is/,
    ],
    [{ key: 'a', operator: 'x' }, /operator: Invalid value: "x": not a valid selector operator$/],
    [{ key: 'a b', operator: 'Exists' }, /key: Invalid value: "a b"/],
    [{ key: 'a', operator: 'NotIn', values: ['b c'] }, /values\[0\]: Invalid value: "b c"/],
  ]
  for (const [one, ...expected] of rows) {
    const errors = [...selectorErrors({ matchExpressions: [one] }, 's')]
    assert.equal(errors.length, expected.length, JSON.stringify(one))
    for (const [i, pattern] of expected.entries())
      assert.match(`${errors[i]?.path}: ${errors[i]?.body}`, pattern)
  }
  assert.equal([...selectorErrors({ matchLabels: { 'a b': '' } }, 's')].length, 1)
})
