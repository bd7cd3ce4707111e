import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { isReady, podLine } from './pod-running.ts'

const pod = (status: object): Pod => ({ metadata: { name: 'a' }, status }) as unknown as Pod

test('podLine() tells what containers wait for', () => {
  const waiting = { reason: 'ErrImagePull', message: 'no such host' }
  const containerStatuses = [
    { name: 'web', state: { waiting } },
    { name: 'log', state: { running: {} } },
  ]
  assert.equal(
    podLine(pod({ phase: 'Pending', containerStatuses })),
    'Pending, web: ErrImagePull (no such host)',
  )
  assert.equal(podLine(pod({})), 'Pending')
})

test('isReady() takes both the phase and the condition', () => {
  const conditions = [{ type: 'Ready', status: 'True' }]
  assert.equal(isReady(pod({ phase: 'Running', conditions })), true)
  assert.equal(isReady(pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] })), false)
  assert.equal(isReady(pod({ phase: 'Pending', conditions })), false)
})
