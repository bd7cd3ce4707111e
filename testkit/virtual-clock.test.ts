import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from './seeded-random.ts'
import { VirtualClock } from './virtual-clock.ts'

test('VirtualClock runs timers in order of time, those that timers start included', async () => {
  const clock = new VirtualClock(1_000)
  const seen: string[] = []
  clock.after(20, () => seen.push(`b ${clock.now()}`))
  clock.after(10, () => {
    seen.push(`a ${clock.now()}`)
    clock.after(5, () => seen.push(`c ${clock.now()}`))
  })
  const cancel = clock.after(12, () => seen.push('never'))
  cancel()
  await clock.advance(19)
  assert.deepEqual(seen, ['a 1010', 'c 1015'])
  assert.equal(clock.now(), 1_019)
  assert.equal(clock.monotonic(), 19)
  await clock.advance(1)
  assert.deepEqual(seen, ['a 1010', 'c 1015', 'b 1020'])
  assert.equal(clock.waiting, 0)
})

test('seededRandom() replays a seed and makes version 4 UUIDs', () => {
  const [one, two] = [seededRandom(7), seededRandom(7)]
  assert.deepEqual([one.next(), one.uuid()], [two.next(), two.uuid()])
  assert.notEqual(seededRandom(8).next(), seededRandom(7).next())
  assert.match(one.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
})
