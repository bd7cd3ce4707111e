import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, ContainerStatus, PodSpec } from '#kinds/gen/core-v1'
import { podPhase } from './pod-phase.ts'
import { initRestarts, isRestartable, restarts } from './restart-policy.ts'

const rule = (operator: 'In' | 'NotIn', ...values: number[]) => ({
  action: 'Restart' as const,
  exitCodes: { operator, values },
})
const of = (restartPolicy?: string, ...restartPolicyRules: ReturnType<typeof rule>[]): Container => ({
  name: 'a',
  ...(restartPolicy !== undefined && { restartPolicy }),
  ...(restartPolicyRules.length > 0 && { restartPolicyRules }),
})
const specOf = (restartPolicy: string, ...containers: Container[]): PodSpec => ({ restartPolicy, containers })

const rows: readonly (readonly [string, PodSpec['restartPolicy'], Container, number, boolean])[] = [
  ['the pod’s policy where the container has none', 'OnFailure', of(), 1, true],
  ['the container’s own policy before the pod’s', 'Always', of('Never'), 1, false],
  ['OnFailure of the container, ended well', 'Always', of('OnFailure'), 0, false],
  ['OnFailure of the container, failed', 'Never', of('OnFailure'), 1, true],
  ['a rule that names the code', 'Never', of('Never', rule('In', 42)), 42, true],
  ['a rule that names another code', 'Never', of('Never', rule('In', 42)), 41, false],
  ['a rule for all codes but one', 'Never', of('Never', rule('NotIn', 0)), 7, true],
  ['the code that the rule leaves out', 'Never', of('Never', rule('NotIn', 0)), 0, false],
  ['the second of two rules', 'Never', of('Never', rule('In', 1), rule('In', 2)), 2, true],
]

for (const [what, policy = '', container, exitCode, expected] of rows) {
  test(`restarts(): ${what}`, () => {
    assert.equal(restarts(specOf(policy, container), container, exitCode), expected)
  })
}

test('initRestarts() goes by the container’s own rules, and not for one that is done', () => {
  const init = of('Never', rule('In', 42))
  assert.deepEqual(
    [42, 1, 0].map((code) => initRestarts(specOf('Always', of()), init, code)),
    [true, false, false],
  )
})

test('isRestartable() is true with any code that starts the container again', () => {
  const spec = specOf('Never')
  const all = [of(), of('Always'), of('Never'), of('Never', rule('In', 42))]
  assert.deepEqual(
    all.map((one) => isRestartable(spec, one)),
    [false, true, false, true],
  )
})

test('podPhase() is Running while a rule starts a container again, Failed with any other code', () => {
  const spec = specOf('Never', of('Never', rule('In', 42)))
  const status = (exitCode: number) => [{ name: 'a', state: { terminated: { exitCode } } } as ContainerStatus]
  assert.equal(podPhase(spec, [], status(42), false), 'Running')
  assert.equal(podPhase(spec, [], status(1), false), 'Failed')
  assert.equal(podPhase(spec, [], status(0), false), 'Succeeded')
})
