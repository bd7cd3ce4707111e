// The probes of a pod on a clock that the test turns: when each container is asked, and what becomes of what is found.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, Pod, PodStatus } from '#kinds/gen/core-v1'
import { seededRandom } from '#testkit/seeded-random'
import { VirtualClock } from '#testkit/virtual-clock'
import { RuntimeFault, type RuntimeContainerStatus } from '../contract.ts'
import type { Observed } from '../pod/observed.ts'
import { PodProbes } from './pod-probes.ts'

const encoder = new TextEncoder()
const exec = (command: string) => ({ exec: { command: [command] }, periodSeconds: 10 })

function setup(more: Partial<Container>, status?: PodStatus) {
  const clock = new VirtualClock()
  const began = clock.now()
  const asked: string[] = []
  const events: string[] = []
  /** What each command ends with: a number, or a fault. */
  const ends = new Map<string, number | RuntimeFault>()
  let changes = 0
  const note = (_: Pod, reason: string, message: string, container?: string) =>
    void events.push(`${reason} ${container}: ${message}`)
  const probes = new PodProbes({
    clock,
    random: seededRandom(1),
    hostIPs: [],
    recorder: { normal: note, warning: note },
    changed: () => {
      changes++
    },
    runtime: {
      async execSync(_, [command = '']) {
        asked.push(`${command} ${(clock.now() - began) / 1000}`)
        const end = ends.get(command) ?? 0
        if (typeof end !== 'number') throw end
        return { exitCode: end, stdout: encoder.encode('out '), stderr: encoder.encode('err') }
      },
    },
  })
  const pod: Pod = {
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    spec: { containers: [{ name: 'c', ...more }] },
    ...(status && { status }),
  }
  const seen = (id: string, startedAt = began): Observed => ({
    sandboxes: [],
    containers: [{ id, name: 'c', state: 'running', startedAt } as RuntimeContainerStatus],
  })
  const look = (id = 'c0', isEnding = false, startedAt?: number) =>
    probes.follow(pod, seen(id, startedAt), isEnding).get(id)
  return { clock, asked, events, ends, look, probes, changes: () => changes }
}

test('a container without probes is healthy', () => {
  const { look, clock } = setup({})
  assert.deepEqual(look(), { started: true, ready: true })
  assert.equal(clock.waiting, 0)
})

test('each probe is asked after its delay and then once a period', async () => {
  const { look, clock, asked } = setup({ readinessProbe: { ...exec('r'), initialDelaySeconds: 3 } })
  look()
  await clock.advance(24_000)
  assert.deepEqual(asked, ['r 3', 'r 13', 'r 23'])
})

test('a container is ready once its probe says so, and no longer when it says otherwise', async () => {
  const { look, clock, ends, events, changes } = setup({ readinessProbe: exec('r') })
  ends.set('r', 1)
  assert.deepEqual(look(), { started: true, ready: false })
  await clock.advance(1_000)
  assert.equal(look()?.ready, false)
  assert.deepEqual(events, ['Unhealthy c: Readiness probe failed: out err'])
  ends.set('r', 0)
  await clock.advance(10_000)
  assert.equal(look()?.ready, true)
  assert.equal(changes(), 1)
  ends.set('r', 1)
  await clock.advance(20_000)
  assert.equal(look()?.ready, true, 'two failures are not enough')
  await clock.advance(10_000)
  assert.equal(look()?.ready, false)
  assert.equal(look()?.failed, undefined, 'nobody ends for not being ready')
})

test('a container that is not alive is to end, once', async () => {
  const livenessProbe = { ...exec('l'), failureThreshold: 2, terminationGracePeriodSeconds: 7 }
  const { look, clock, ends, asked, changes } = setup({ livenessProbe })
  ends.set('l', 1)
  look()
  await clock.advance(9_000)
  assert.equal(look()?.failed, undefined)
  await clock.advance(60_000)
  assert.deepEqual(look()?.failed, { kind: 'liveness', graceSeconds: 7 })
  assert.deepEqual(asked, ['l 0', 'l 10'])
  assert.equal(changes(), 1)
  assert.equal(look('c1')?.failed, undefined, 'what comes after it begins anew')
})

test('nothing else is asked before a container has started', async () => {
  const { look, clock, ends, asked } = setup({
    startupProbe: { ...exec('s'), failureThreshold: 30 },
    livenessProbe: exec('l'),
    readinessProbe: exec('r'),
  })
  ends.set('s', 1)
  assert.deepEqual(look(), { started: false, ready: false })
  await clock.advance(15_000)
  ends.set('s', 0)
  look()
  assert.deepEqual(asked, ['s 0', 's 10'])
  await clock.advance(5_000)
  assert.deepEqual(look(), { started: true, ready: false })
  await clock.advance(1_000)
  assert.deepEqual(look(), { started: true, ready: true })
  await clock.advance(10_000)
  assert.deepEqual(asked, ['s 0', 's 10', 's 20', 'l 20', 'r 20', 'l 30', 'r 30'])
})

test('a container that does not start in time is to end', async () => {
  const { look, clock, ends } = setup({ startupProbe: { ...exec('s'), failureThreshold: 2 } })
  ends.set('s', 1)
  look()
  await clock.advance(10_000)
  assert.equal(look()?.failed?.kind, 'startup')
})

test('what cannot be asked is asked three times, and counts for nothing', async () => {
  const { look, clock, ends, asked, events } = setup({ livenessProbe: { ...exec('l'), failureThreshold: 1 } })
  ends.set('l', new RuntimeFault('failed', 'no such task'))
  look()
  await clock.advance(1_000)
  assert.deepEqual(asked, ['l 0', 'l 0', 'l 0'])
  assert.deepEqual(events, [
    'Unhealthy c: Liveness probe errored and resulted in unknown state: no such task',
  ])
  assert.equal(look()?.failed, undefined)
})

test('a command that takes too long has failed', async () => {
  const { look, clock, ends, events } = setup({ livenessProbe: { ...exec('l'), timeoutSeconds: 3 } })
  ends.set('l', new RuntimeFault('timeout', 'took too long'))
  look()
  await clock.advance(1_000)
  assert.deepEqual(events, ['Unhealthy c: Liveness probe failed: command timed out: "l" timed out after 3s'])
})

test('of a pod that ends, only whether it is ready is asked', async () => {
  const { look, clock, asked } = setup({ livenessProbe: exec('l'), readinessProbe: exec('r') })
  look()
  await clock.advance(1_000)
  look('c0', true)
  await clock.advance(10_000)
  assert.deepEqual(asked, ['l 0', 'r 0', 'r 10'])
})

test('what does not run any more is not asked, and nothing is after the end', async () => {
  const { look, clock, asked, probes } = setup({ livenessProbe: exec('l') })
  look('c0')
  await clock.advance(1_000)
  look('c1')
  await clock.advance(1_000)
  assert.deepEqual(asked, ['l 0', 'l 1'])
  probes.stop()
  assert.equal(clock.waiting, 0)
})

test('what the kubelet before this one had found holds until it is asked again, not all at once', async () => {
  const container = { name: 'c', containerID: 'containerd://c0', ready: true, started: true }
  const { look, clock, asked } = setup({ startupProbe: exec('s'), readinessProbe: exec('r') }, {
    containerStatuses: [container],
  } as PodStatus)
  const longAgo = clock.now() - 60_000
  assert.deepEqual(look('c0', false, longAgo), { started: true, ready: true })
  await clock.advance(0)
  assert.deepEqual(asked, [])
  await clock.advance(10_000)
  assert.equal(asked.length, 1)
  assert.match(asked[0] ?? '', /^r /)
  assert.deepEqual(look('c9', false, longAgo), { started: false, ready: false }, 'another container')
})

test('a port that the container does not name cannot be asked', async () => {
  const { look, clock, events } = setup({ livenessProbe: { tcpSocket: { port: 'web' } } })
  look()
  await clock.advance(1_000)
  assert.deepEqual(events, [
    `Unhealthy c: Liveness probe errored and resulted in unknown state: couldn't find port: "web"`,
  ])
})
