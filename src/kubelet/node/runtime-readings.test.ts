import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import { FakeRuntime } from '#testkit/fake-runtime'
import { VirtualClock } from '#testkit/virtual-clock'
import { readRuntime } from './runtime-readings.ts'

test('readRuntime() names the runtime and what it says of itself', async () => {
  const readings = await readRuntime(new FakeRuntime({ clock: new VirtualClock() }), never)
  assert.match(readings.version, /^\w+:\/\/[\d.]+$/)
  assert.equal(readings.fault, undefined)
})

test('readRuntime() gives the fault of a runtime that does not answer', async () => {
  const runtime = new FakeRuntime({ clock: new VirtualClock(), fault: () => 'before' })
  const readings = await readRuntime(runtime, never)
  assert.notEqual(readings.fault, undefined)
  assert.deepEqual(readings.images, [])
})
