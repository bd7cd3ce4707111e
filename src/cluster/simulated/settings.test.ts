import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlagError, parseFlags } from '#base/flags'
import { nodeFlags } from './flags.ts'
import { simulatedSettings } from './settings.ts'

const files = { read: async () => undefined } as never
const read = (...argv: string[]) => simulatedSettings(parseFlags(nodeFlags, argv).values, files)
const server = '--server=http://127.0.0.1:8080'

test('simulatedSettings() reads numbers, durations and quantities', async () => {
  const settings = await read('--simulated=3', server, '--run-for=1m', '--fail-percent=2.5', '--memory=1Gi')
  assert.equal(settings.count, 3)
  assert.equal(settings.memoryBytes, 2 ** 30)
  assert.deepEqual(settings.outcomes, { pullDelayMs: 0, startDelayMs: 0, runForMs: 60_000, failPercent: 2.5 })
  assert.deepEqual(settings.api, { server: 'http://127.0.0.1:8080' })
})

test('simulatedSettings() looks for the kubeconfig of kubeling up', async () => {
  await assert.rejects(read('--simulated=1', '--data-dir=/d'), /^Error: open \/d\/kubeconfig: no such file/)
})

const wrong = [
  [[server], /say how many nodes to simulate with --simulated/],
  [['--simulated=1', server, '--kubeconfig=k'], /give one/],
  [['--simulated=1', '--server=here'], /it takes a URL/],
  [['--simulated=1', server, '--fail-percent=101'], /must be between 0 and 100/],
  [['--simulated=1', server, '--pull-delay=-1s'], /must not be negative/],
  [['--simulated=1', server, '--cpus=0'], /must be greater than 0/],
  [['--simulated=1', server, '--memory=much'], /it takes a quantity/],
  [['--simulated=1', server, '--name-prefix=Node_'], /name-prefix/],
  [['--simulated=1', server, '--register-with-taints=x'], /it takes key=value:effect/],
] as const

for (const [argv, message] of wrong) {
  test(`simulatedSettings() refuses ${argv.at(-1)}`, async () => {
    await assert.rejects(
      read(...argv),
      (error: Error) => error instanceof FlagError && message.test(error.message),
    )
  })
}
