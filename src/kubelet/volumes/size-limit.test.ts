import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { sizeLimitExcess } from './size-limit.ts'

const pod: Pod = {
  metadata: { name: 'p' },
  spec: {
    containers: [],
    volumes: [
      { name: 'free', emptyDir: {} },
      { name: 'x', emptyDir: { sizeLimit: '1Mi' } },
      { name: 'zero', emptyDir: { sizeLimit: '0' } },
    ],
  },
}
const excess = (used: Record<string, number>) =>
  sizeLimitExcess(pod, new Map(Object.entries(used).map(([name, usedBytes]) => [name, { usedBytes }])))

test('sizeLimitExcess() tells of a volume over its limit in upstream words, and of no other', () => {
  assert.equal(excess({}), undefined)
  assert.equal(excess({ free: 1e12, x: 2 ** 20, zero: 1 }), undefined)
  assert.equal(excess({ x: 2 ** 20 + 1 }), 'Usage of EmptyDir volume "x" exceeds the limit "1Mi". ')
})
