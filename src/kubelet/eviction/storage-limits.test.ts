import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { hasStorageLimit, storageExcess } from './storage-limits.ts'

const container = (name: string, limit?: string) => ({
  name,
  ...(limit !== undefined && { resources: { limits: { 'ephemeral-storage': limit } } }),
})
const pod = (...containers: object[]): Pod => ({
  metadata: { name: 'p' },
  spec: { containers } as Pod['spec'] & object,
})
const use = (diskBytes: number, ...each: number[]) => ({
  containers: each.map((one, i) => ({ name: 'ab'[i] as string, memoryBytes: 0, diskBytes: one })),
  memoryBytes: 0,
  diskBytes,
  inodes: 0,
})
const limited = pod(container('a', '1Mi'), container('b', '3Mi'))
const mebi = 2 ** 20

test('storageExcess() holds a pod to the sum of its limits, volumes and logs among it', () => {
  assert.equal(storageExcess({ pod: limited, use: use(4 * mebi, mebi, 0) }), undefined)
  assert.equal(
    storageExcess({ pod: limited, use: use(4 * mebi + 1, 0, 0) }),
    'Pod ephemeral local storage usage exceeds the total limit of containers 4Mi. ',
  )
})

test('storageExcess() holds each container to its own limit', () => {
  assert.equal(
    storageExcess({ pod: limited, use: use(2 * mebi, mebi + 1, 0) }),
    'Container a exceeded its local ephemeral storage limit "1Mi". ',
  )
})

test('storageExcess() lets be who has no limit, or was not measured', () => {
  assert.equal(storageExcess({ pod: pod(container('a')), use: use(9 * mebi, 9 * mebi) }), undefined)
  assert.equal(storageExcess({ pod: limited, use: undefined }), undefined)
  assert.deepEqual([hasStorageLimit(limited), hasStorageLimit(pod(container('a')))], [true, false])
})
