import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#testkit/virtual-clock'
import { ToolFailed, toolRunner } from './run-tool.ts'

test('a tool gives what it printed, and its complaint when it fails', async () => {
  const run = toolRunner(new VirtualClock())
  assert.equal(await run('sh', ['-c', 'echo hi']), 'hi\n')
  await assert.rejects(run('sh', ['-c', 'echo some; echo no >&2; exit 3']), (error) => {
    assert.ok(error instanceof ToolFailed)
    assert.deepEqual([error.message, error.stdout], ['sh failed: no', 'some\n'])
    return true
  })
})

test('a tool that does not end is given up when its time is over, or at once when nobody waits for it', async () => {
  const clock = new VirtualClock()
  const run = toolRunner(clock, 5000)
  const late = assert.rejects(run('sleep', ['1000']), { message: 'sleep did not end in time' })
  await clock.advance(5000)
  await late
  const controller = new AbortController()
  const cut = assert.rejects(run('sleep', ['1000'], controller.signal), { name: 'VolumeError' })
  controller.abort(new Error('over'))
  await cut
  assert.equal(clock.waiting, 0)
})
