import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuQuotaOf, cpuSharesOf, cpuWeightOf } from './cpu-amounts.ts'

test('shares and quotas follow thousandths of a CPU between what the kernel takes', () => {
  assert.deepEqual([0, 1, 100, 1000, 500_000].map(cpuSharesOf), [2, 2, 102, 1024, 262_144])
  assert.deepEqual([0, 1, 500, 2000].map(cpuQuotaOf), [0, 1000, 50_000, 200_000])
})

test('a weight of version 2 is 100 where shares of version 1 have their default', () => {
  assert.deepEqual([0, 2, 102, 1024, 262_144, 300_000].map(cpuWeightOf), [1, 1, 17, 100, 10_000, 10_000])
})
