import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { shutdownGroups, shutdownSeconds, shutdownSteps } from './shutdown-groups.ts'

const pod = (name: string, priority?: number, grace = 30): Pod => ({
  metadata: { name },
  spec: {
    containers: [],
    terminationGracePeriodSeconds: grace,
    ...(priority !== undefined && { priority }),
  },
})

const shown = (steps: ReturnType<typeof shutdownSteps>) =>
  steps.map(({ seconds, pods }) => [
    seconds,
    pods.map(({ pod: { metadata }, graceSeconds }) => `${metadata.name} ${graceSeconds}`),
  ])

test('shutdownGroups() gives what is left to those that are not critical', () => {
  assert.deepEqual(shutdownGroups(0, 0), [])
  assert.deepEqual(shutdownGroups(30_000, 10_000), [
    { priority: 0, seconds: 20 },
    { priority: 2_000_000_000, seconds: 10 },
  ])
  assert.equal(shutdownSeconds(shutdownGroups(30_000, 10_000)), 30)
})

test('shutdownSteps() ends critical pods last, nobody later than the group or the pod allows', () => {
  const pods = [pod('critical', 2_000_001_000), pod('plain'), pod('quick', 0, 2), pod('below', -5)]
  assert.deepEqual(shown(shutdownSteps(shutdownGroups(30_000, 10_000), pods)), [
    [20, ['plain 20', 'quick 2', 'below 20']],
    [10, ['critical 10']],
  ])
})

test('shutdownSteps() takes groups in order of priority, a pod at a border to the group that begins there', () => {
  const groups = [
    { priority: 100, seconds: 5 },
    { priority: 10, seconds: 7 },
    { priority: 50, seconds: 6 },
  ]
  const pods = [pod('high', 1000), pod('at', 50), pod('under', 49), pod('lowest', 1)]
  assert.deepEqual(shown(shutdownSteps(groups, pods)), [
    [7, ['under 7', 'lowest 7']],
    [6, ['at 6']],
    [5, ['high 5']],
  ])
  assert.deepEqual(shown(shutdownSteps(groups, [pod('high', 1000)])), [[5, ['high 5']]])
})
