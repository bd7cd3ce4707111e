import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { onCancel } from '#base/cancel'
import { silent } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { NodeShutdown, type NodeShutdownOptions, type ShutdownSource } from './node-shutdown.ts'

const pod = (name: string, priority: number): Pod => ({
  metadata: { name, uid: name },
  spec: { containers: [], priority, terminationGracePeriodSeconds: 60 },
})

/** A node with two pods that end when the test says so, and a source of shutdowns that notes what it is asked for. */
function node(t: TestContext, more: Partial<ShutdownSource> = {}) {
  const clock = new VirtualClock()
  const said: string[] = []
  const ended = new Set<string>()
  const state = { delayMs: 5000, watchers: [] as ((isGoing: boolean) => void)[], fail: () => {} }
  const source: ShutdownSource = {
    delayMs: async () => state.delayMs,
    setDelay: async (seconds) => {
      said.push(`delay ${seconds}`)
      state.delayMs = seconds * 1000
    },
    hold: async () => {
      said.push('hold')
      return () => void said.push('release')
    },
    watch: (tell, signal) =>
      new Promise((_resolve, reject) => {
        state.watchers.push(tell)
        state.fail = () => reject(new Error('the bus is gone'))
        onCancel(signal, () => reject(new Error('over')))
      }),
    ...more,
  }
  const pods: NodeShutdownOptions['pods'] = {
    pods: () => [pod('web', 0), pod('dns', 2_000_000_000), pod('done', 0)],
    terminate(uid, { reason, message }, graceSeconds) {
      said.push(`end ${uid} in ${graceSeconds}: ${reason}, ${message}`)
      return true
    },
    hasEnded: (uid) => uid === 'done' || ended.has(uid),
  }
  const shutdown = new NodeShutdown({
    groups: [
      { priority: 0, seconds: 20 },
      { priority: 2_000_000_000, seconds: 10 },
    ],
    source,
    pods,
    clock,
    log: silent,
    tell: (type, reason, message) => void said.push(`${type} ${reason}: ${message}`),
    changed: () => void said.push('changed'),
  })
  const stop = new AbortController()
  void shutdown.run(stop.signal)
  t.after(() => stop.abort())
  return { clock, said, ended, state, shutdown, tell: (isGoing: boolean) => state.watchers.at(-1)?.(isGoing) }
}

const words = 'Terminated, Pod was terminated in response to imminent node shutdown.'

test('a shutdown waits for the pods, critical ones last, and no longer than they may take', async (t) => {
  const on = node(t)
  await settled()
  assert.deepEqual(on.said, ['delay 30', 'hold'])
  assert.equal(on.shutdown.fault, undefined)
  on.said.length = 0
  on.tell(true)
  await settled()
  assert.equal(on.shutdown.fault, 'node is shutting down')
  assert.deepEqual(on.shutdown.rejection, {
    reason: 'NodeShutdown',
    message: 'Pod was rejected as the node is shutting down.',
  })
  assert.deepEqual(on.said, [
    'Normal NodeShutdown: Shutdown manager detected shutdown event',
    'changed',
    `end web in 20: ${words}`,
  ])
  on.said.length = 0
  await on.clock.advance(3000)
  assert.deepEqual(on.said, [])
  on.ended.add('web')
  await on.clock.advance(1000)
  assert.deepEqual(on.said, [`end dns in 10: ${words}`])
  await on.clock.advance(9000)
  assert.equal(on.said.length, 1, 'the machine waits')
  await on.clock.advance(1500)
  assert.deepEqual(on.said.slice(1), ['release'])
})

test('a shutdown that is taken back makes the node ready again, and the next one waits again', async (t) => {
  const on = node(t)
  await settled()
  on.ended.add('web').add('dns')
  on.tell(true)
  await on.clock.advance(1000)
  on.said.length = 0
  on.tell(false)
  await settled()
  assert.deepEqual(on.said, [
    'Normal NodeShutdown: Shutdown manager detected shutdown cancellation',
    'changed',
    'hold',
  ])
  assert.equal(on.shutdown.fault, undefined)
  assert.equal(on.shutdown.rejection, undefined)
})

test('a source that goes is looked for again; one that gives too little time is not held up', async (t) => {
  const on = node(t)
  await settled()
  on.state.fail()
  await settled()
  await on.clock.advance(1500)
  assert.deepEqual(on.said, ['delay 30', 'hold', 'release', 'hold'])
  const short = node(t, { setDelay: async () => {} })
  await settled()
  await short.clock.advance(1500)
  assert.deepEqual(short.said, [])
})
