import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Cancel } from '#base/cancel'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { RuntimeFault } from '../contract.ts'
import { watchRuntime } from './watch-runtime.ts'

/** A runtime whose events a test sends and breaks off. */
function watched(t: TestContext, hasEvents: boolean) {
  const clock = new VirtualClock()
  const stop = new AbortController()
  const hinted: string[] = []
  let looks = 0
  let streams = 0
  let send = (_uid: string) => {}
  let breakOff = () => {}
  const runtime = {
    containerEvents: (hint: (uid: string) => void, _signal: Cancel) => {
      streams += 1
      if (!hasEvents) return Promise.reject(new RuntimeFault('unimplemented', 'unknown method'))
      send = hint
      return new Promise<void>((_, reject) => {
        breakOff = () => reject(new RuntimeFault('unavailable', 'gone'))
      })
    },
  }
  const over = watchRuntime(
    { runtime, clock, relistMs: 1000, look: async () => void looks++, hint: (uid) => hinted.push(uid) },
    stop.signal,
  )
  t.after(() => stop.abort())
  const looksIn = async (ms: number) => {
    const before = looks
    await settled()
    await clock.advance(ms)
    return looks - before
  }
  return {
    hinted,
    stop,
    over,
    looksIn,
    streams: () => streams,
    send: (uid: string) => send(uid),
    breakOff: () => breakOff(),
  }
}

test('watchRuntime() looks at each tick where there are no events, and asks for them once', async (t) => {
  const { looksIn, streams } = watched(t, false)
  assert.equal(await looksIn(60_000), 60)
  assert.equal(streams(), 1)
})

test('watchRuntime() looks once a minute while events come, each of which it passes on', async (t) => {
  const { looksIn, send, hinted } = watched(t, true)
  assert.equal(await looksIn(5000), 5, 'until the first event nobody knows whether any come')
  send('a')
  send('b')
  await looksIn(1000)
  assert.equal(await looksIn(600_000), 10)
  assert.deepEqual(hinted, ['a', 'b'])
})

test('watchRuntime() looks at once and at each tick when events break off, until they come again', async (t) => {
  const { looksIn, send, breakOff, streams } = watched(t, true)
  await settled()
  send('a')
  await looksIn(1000)
  breakOff()
  assert.equal(await looksIn(0), 1)
  assert.equal(await looksIn(10_000), 10)
  assert.equal(streams(), 2)
  send('b')
  await looksIn(1000)
  assert.equal(await looksIn(120_000), 2)
})

test('watchRuntime() ends with its signal, in the middle of a pause', async (t) => {
  const { stop, over, looksIn } = watched(t, true)
  await looksIn(100)
  stop.abort()
  await over
})
