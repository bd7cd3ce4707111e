import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/gen/core-v1'
import { selectsNode } from './node-selector.ts'

const node: Node = { metadata: { name: 'n1', labels: { zone: 'a', cpus: '8' } } }
const matches = (key: string, operator: string, ...values: string[]) =>
  selectsNode({ nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }] }, node)

test('each operator of a term', () => {
  assert.deepEqual(
    [matches('zone', 'In', 'a', 'b'), matches('zone', 'In', 'b'), matches('x', 'In', 'a')],
    [true, false, false],
  )
  assert.deepEqual([matches('zone', 'NotIn', 'a'), matches('x', 'NotIn', 'a')], [false, true])
  assert.deepEqual([matches('zone', 'Exists'), matches('x', 'Exists')], [true, false])
  assert.deepEqual([matches('zone', 'DoesNotExist'), matches('x', 'DoesNotExist')], [false, true])
  assert.deepEqual(
    [matches('cpus', 'Gt', '7'), matches('cpus', 'Gt', '8'), matches('cpus', 'Lt', '9')],
    [true, false, true],
  )
})

test('one term must hold in all it asks; one that asks nothing holds for no node', () => {
  const name = (value: string) => ({
    matchFields: [{ key: 'metadata.name', operator: 'In', values: [value] }],
  })
  assert.equal(selectsNode({ nodeSelectorTerms: [name('n1')] }, node), true)
  assert.equal(selectsNode({ nodeSelectorTerms: [name('n2'), {}] }, node), false)
  const zone = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] }
  assert.equal(selectsNode({ nodeSelectorTerms: [{ ...name('n1'), ...zone }] }, node), false)
  assert.equal(selectsNode({ nodeSelectorTerms: [zone, name('n1')] }, node), true)
})
