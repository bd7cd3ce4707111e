import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { seededRandom } from '#testkit/seeded-random'
import { processOf, pullOf } from './outcomes.ts'

const none = { pullDelayMs: 0, startDelayMs: 0, runForMs: 0, failPercent: 0 }
const random = seededRandom(1)

function pod(annotations: Record<string, string> = {}): Pod {
  const own = Object.entries(annotations).map(([key, value]) => [`simulated.kubeling.io/${key}`, value])
  const initContainers = [{ name: 'init' }, { name: 'sidecar', restartPolicy: 'Always' }]
  return {
    metadata: { name: 'p', annotations: Object.fromEntries(own) },
    spec: { initContainers, containers: [{ name: 'main' }] },
  }
}

test('processOf() runs containers on, and ends init containers that are no sidecars', () => {
  for (const name of ['main', 'sidecar'])
    assert.equal(processOf(none, pod(), name, random).endsAfterMs, undefined)
  const slow = { ...none, startDelayMs: 5, runForMs: 1000, failPercent: 100 }
  assert.deepEqual(processOf(slow, pod(), 'init', random), {
    startsAfterMs: 5,
    endsAfterMs: 0,
    isDeaf: false,
  })
  const { endsAfterMs, exitCode } = processOf(slow, pod(), 'main', random)
  assert.deepEqual([endsAfterMs, exitCode], [1000, 1])
})

test('processOf() lets so many of a hundred starts fail', () => {
  const ends = Array.from({ length: 1000 }, () =>
    processOf({ ...none, failPercent: 30 }, pod(), 'main', random),
  )
  const failed = ends.filter(({ exitCode, endsAfterMs }) => exitCode === 1 && endsAfterMs === 0)
  assert.ok(failed.length > 250 && failed.length < 350, `${failed.length}`)
  assert.equal(ends.filter(({ endsAfterMs }) => endsAfterMs === undefined).length, 1000 - failed.length)
})

test('annotations of a pod come before what holds for all', () => {
  const all = { pullDelayMs: 1, startDelayMs: 2, runForMs: 3, failPercent: 100 }
  const own = pod({
    'pull-delay': '1s',
    'start-delay': '20ms',
    'run-for': '1m30s',
    'exit-code': '0',
    'ignore-stop': 'true',
    'pull-error': 'no such image',
  })
  assert.deepEqual(processOf(all, own, 'main', random), {
    startsAfterMs: 20,
    endsAfterMs: 90_000,
    exitCode: 0,
    isDeaf: true,
  })
  assert.deepEqual(pullOf(all, own), { takesMs: 1000, fault: 'no such image' })
  assert.deepEqual(pullOf(all, pod()), { takesMs: 1 })
})

const wrong = [
  ['run-for', 'long', 'duration, as in 1m30s'],
  ['start-delay', '-1s', 'duration, as in 1m30s'],
  ['exit-code', '256', 'exit code from 0 to 255'],
  ['ignore-stop', 'yes', 'true or false'],
] as const

for (const [name, value, kind] of wrong) {
  test(`an annotation ${name} of ${value} is refused`, () => {
    assert.throws(() => processOf(none, pod({ [name]: value }), 'main', random), {
      code: 'invalid',
      message: `annotation simulated.kubeling.io/${name}: "${value}" is no ${kind}`,
    })
  })
}
