import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { byTurn, judgeResize, type Waiting } from './judge-resize.ts'

const pod = (cpu: string, memory = '1Ki', more: object = {}): Pod => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'a', resources: { requests: { cpu, memory } } }], ...more },
})
const allocatable = { cpuMilli: 1000, memoryBytes: 2 ** 20, pods: 10 }

test('judgeResize() tells what never fits from what does not fit now', () => {
  const judged = (one: Pod, ...others: Pod[]) => judgeResize(one, others, allocatable)
  assert.equal(judged(pod('600m'), pod('400m')), undefined)
  assert.deepEqual(judged(pod('2')), {
    reason: 'Infeasible',
    message: "Node didn't have enough capacity: cpu, requested: 2000, capacity: 1000",
  })
  assert.deepEqual(judged(pod('2', '4Mi')), {
    reason: 'Infeasible',
    message: "Node didn't have enough capacity: memory, requested: 4194304, capacity: 1048576",
  })
  assert.deepEqual(judged(pod('600m'), pod('500m')), {
    reason: 'Deferred',
    message: "Node didn't have enough resource: cpu, requested: 600, used: 500, capacity: 1000",
  })
  assert.equal(judgeResize(pod('2'), [], undefined), undefined)
})

test('byTurn() asks first who gives back, then priority, class and who waits longest', () => {
  const limits = { cpu: '300m', memory: '1Ki' }
  const guaranteed = { containers: [{ name: 'a', resources: { requests: limits, limits } }] }
  const waits = (wanted: Pod, since: number): Waiting => ({ wanted, allocated: pod('200m'), since })
  const rows = {
    late: waits(pod('300m'), 9),
    early: waits(pod('300m'), 1),
    guaranteed: waits(pod('300m', '1Ki', guaranteed), 9),
    high: waits(pod('300m', '1Ki', { priority: 5 }), 9),
    less: waits(pod('100m'), 9),
  }
  const order = Object.entries(rows).sort(([, a], [, b]) => byTurn(a, b))
  assert.deepEqual(
    order.map(([name]) => name),
    ['less', 'high', 'guaranteed', 'early', 'late'],
  )
})
