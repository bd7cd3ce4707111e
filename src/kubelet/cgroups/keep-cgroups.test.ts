import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silent } from '#base/log'
import { VirtualClock } from '#testkit/virtual-clock'
import { keepCgroups } from './keep-cgroups.ts'
import { noCgroups } from './pod-cgroups.ts'

test('keepCgroups() removes only what nobody names, and tries again what could not be removed', async () => {
  const clock = new VirtualClock()
  const left = new Set(['orphan', 'wanted'])
  let isHeld = true
  const cgroups = {
    ...noCgroups(''),
    uids: async () => [...left],
    async remove(uid: string) {
      if (isHeld) throw new Error('EBUSY')
      left.delete(uid)
    },
  }
  const controller = new AbortController()
  const isOrphan = (uid: string) => uid === 'orphan'
  const done = keepCgroups({ cgroups, isOrphan, alive: () => [], clock, log: silent }, controller.signal)
  await clock.advance(1000)
  assert.equal(left.size, 2)
  isHeld = false
  await clock.advance(10_000)
  assert.deepEqual([...left], ['wanted'])
  controller.abort()
  await done
})
