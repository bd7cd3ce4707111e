import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { initialState, next, type PodEvent, type PodState } from './state.ts'

const pod = (metadata: object = {}, status: object = {}): Pod => ({
  metadata: { name: 'p', namespace: 'default', uid: 'u', ...metadata },
  spec: { containers: [{ name: 'c' }], terminationGracePeriodSeconds: 20 },
  status,
})
const deleted = (seconds: number) =>
  pod({ deletionTimestamp: '2026-01-02T03:04:05Z', deletionGracePeriodSeconds: seconds })

const told = (state: PodState, ...events: (readonly [PodEvent, number])[]) =>
  events.reduce((at, [event, now]) => next(at, event, now), state)

const running = told(initialState(pod(), 0), [{ type: 'started' }, 0])

test('a pod that is named waits, then runs', () => {
  assert.equal(initialState(pod(), 0).phase, 'waiting')
  assert.equal(running.phase, 'running')
})

test('a pod that already ended, or is deleted, never starts', () => {
  for (const phase of ['Succeeded', 'Failed']) {
    assert.equal(initialState(pod({}, { phase }), 0).phase, 'terminating')
  }
  assert.equal(initialState(deleted(5), 0).phase, 'terminating')
})

test('a stale word of the API that a running pod ended does not stop it', () => {
  const state = next(running, { type: 'wanted', pod: pod({}, { phase: 'Failed' }) }, 5)
  assert.equal(state.phase, 'running')
})

test('a deletion gives the grace that it asks for; without a deletion the spec says', () => {
  const byApi = next(running, { type: 'wanted', pod: deleted(7) }, 1000)
  assert.equal(byApi.phase === 'terminating' && byApi.deadline, 8000)
  const byLoss = next(running, { type: 'unwanted' }, 1000)
  assert.equal(byLoss.phase === 'terminating' && byLoss.deadline, 21_000)
})

test('grace only shrinks', () => {
  const ending = next(running, { type: 'wanted', pod: deleted(30) }, 0)
  const slower = next(ending, { type: 'wanted', pod: deleted(60) }, 1000)
  assert.equal(slower.phase === 'terminating' && slower.deadline, 30_000)
  const faster = next(slower, { type: 'wanted', pod: deleted(1) }, 2000)
  assert.equal(faster.phase === 'terminating' && faster.deadline, 3000)
})

test('a copy from before the deletion does not undo it', () => {
  const ending = next(running, { type: 'wanted', pod: deleted(30) }, 0)
  const state = told(ending, [{ type: 'wanted', pod: pod() }, 1], [{ type: 'gone' }, 2])
  assert.equal(state.phase === 'terminated' && state.reason, 'deleted')
  assert.ok(state.pod.metadata.deletionTimestamp)
})

test('terminated never runs again, whatever is told', () => {
  const over = told(running, [{ type: 'completed' }, 0], [{ type: 'gone' }, 1])
  const events: PodEvent[] = [
    { type: 'wanted', pod: pod() },
    { type: 'started' },
    { type: 'starting', container: 'c' },
    { type: 'completed' },
    { type: 'deadline' },
    { type: 'evicted', reason: 'Evicted', message: 'm', graceSeconds: 1 },
    { type: 'gone' },
    { type: 'unwanted' },
    { type: 'cleaned' },
  ]
  for (const event of events) assert.equal(next(over, event, 2).phase, 'terminated', event.type)
})

test('an eviction gives its own grace, never more than the pod has, and its words outlast a deletion', () => {
  const evicted = (graceSeconds: number) =>
    next(running, { type: 'evicted', reason: 'Evicted', message: 'too much', graceSeconds }, 1000)
  const hard = evicted(1)
  assert.equal(hard.phase === 'terminating' && hard.deadline, 2000)
  const soft = evicted(500)
  assert.equal(soft.phase === 'terminating' && soft.deadline, 21_000)
  const over = told(hard, [{ type: 'wanted', pod: deleted(9) }, 1500], [{ type: 'gone' }, 1600])
  assert.deepEqual(over.phase === 'terminated' && [over.reason, over.eviction?.message], [
    'deleted',
    'too much',
  ])
})

test('what a completed pod kept is removed when its object is deleted', () => {
  const kept = told(running, [{ type: 'completed' }, 0], [{ type: 'gone' }, 1], [{ type: 'cleaned' }, 2])
  assert.equal(kept.phase === 'terminated' && kept.cleaned, true)
  const going = next(kept, { type: 'wanted', pod: deleted(0) }, 3)
  assert.equal(going.phase === 'terminated' && going.cleaned, false)
})

test('each start doubles the wait of the next, up to five minutes; ten quiet minutes forget it', () => {
  let state = running
  const delays: number[] = []
  for (let at = 0; at < 8; at++) {
    state = next(state, { type: 'starting', container: 'c' }, at)
    if (state.phase === 'running') delays.push((state.backoff.get('c')?.delayMs ?? 0) / 1000)
  }
  assert.deepEqual(delays, [10, 20, 40, 80, 160, 300, 300, 300])
  state = next(state, { type: 'starting', container: 'c' }, 601_000)
  assert.equal(state.phase === 'running' && state.backoff.get('c')?.delayMs, 10_000)
})
