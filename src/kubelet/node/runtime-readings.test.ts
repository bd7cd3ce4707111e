import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import { sleep } from '#base/clock'
import { FakeRuntime } from '#testkit/fake-runtime'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { readRuntime } from './runtime-readings.ts'

test('readRuntime() names the runtime and what it says of itself', async () => {
  const clock = new VirtualClock()
  const readings = await readRuntime(new FakeRuntime({ clock }), clock, never)
  assert.match(readings.version, /^\w+:\/\/[\d.]+$/)
  assert.equal(readings.fault, undefined)
})

test('readRuntime() gives the fault of a runtime that does not answer', async () => {
  const clock = new VirtualClock()
  const runtime = new FakeRuntime({ clock, fault: () => 'before' })
  const readings = await readRuntime(runtime, clock, never)
  assert.notEqual(readings.fault, undefined)
  assert.deepEqual(readings.images, [])
})

test('readRuntime() gives up on a runtime that hangs after 30 seconds, and says so', async () => {
  const clock = new VirtualClock()
  const runtime = new FakeRuntime({ clock })
  runtime.status = (signal) => sleep(clock, 120_000, signal).then(() => assert.fail('nobody waits so long'))
  const asked = readRuntime(runtime, clock, never)
  await settled()
  await clock.advance(29_999)
  assert.equal(await Promise.race([asked, Promise.resolve('waiting')]), 'waiting')
  await clock.advance(1)
  assert.equal((await asked).fault, 'the runtime did not answer in 30s')
  assert.equal(clock.waiting, 0)
})
