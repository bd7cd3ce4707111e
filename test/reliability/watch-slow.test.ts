// Watchers that read nothing or 1 KB/s among quick ones: little is kept for them, nobody else notices, those who stand
// still are cut off, and all of them have everything in the end.
//
//   KUBELING_SLOW_WATCHERS     how many watchers, of which a tenth is slow (100; long: 1000)
//   KUBELING_SLOW_SECONDS      for how long there are writes (13; long: 600)
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newPlace, startProbed } from './programs/probed-server.ts'
import { runLoad } from './programs/run-load.ts'

const watchers = Number(process.env['KUBELING_SLOW_WATCHERS'] ?? 100)
const seconds = Number(process.env['KUBELING_SLOW_SECONDS'] ?? 13)
const keptMax = 1 << 20
const watcher = 'src/apiserver/watch-cache/watcher.ts'

test(`a tenth of ${watchers} watchers stands still or reads 1 KB/s`, async (t) => {
  const server = await startProbed(t, await newPlace(t))
  const stalled = Math.ceil(watchers / 20)
  // In the end the slow ones read at once all that they missed, as far as the history reaches.
  const settleSeconds = 20 + seconds / 4
  const slow = { stalled, trickling: stalled, settleSeconds }
  const load = { watchers, ...slow, seconds, bytes: 8_000, watchSeconds: 300 }
  const report = await runLoad(t, server, load)
  const { bufferedMax, rssMax } = server.probed()
  const { delivery, write, cutOff, expired } = report
  t.diagnostic(`${cutOff} times cut off, ${expired} told to list again; ${bufferedMax} bytes kept for one`)
  t.diagnostic(
    `the others: delivery p50 ${delivery.p50Ms} ms, p99 ${delivery.p99Ms} ms; write p99 ${write.p99Ms} ms`,
  )
  t.diagnostic(`RSS at most ${Math.round(rssMax / 2 ** 20)} MiB`)
  assert.deepEqual(report.faults, [])
  assert.ok(cutOff >= stalled, `${cutOff} of ${stalled} that stood still were cut off`)
  assert.ok(bufferedMax <= keptMax, `${bufferedMax} bytes were kept for one watcher`)
})

const small = { watchers: 10, stalled: 2, trickling: 2, seconds: 4, watchSeconds: 300, settleSeconds: 3 }

test('a server that keeps everything for slow watchers is found', async (t) => {
  const server = await startProbed(t, await newPlace(t), {
    file: watcher,
    find: 'if (this.#isOver || this.#sink.write(bytes)) return',
    replace: 'if (this.#isOver || this.#sink.write(bytes) || true) return',
  })
  await runLoad(t, server, { ...small, bytes: 40_000 })
  assert.ok(server.probed().bufferedMax > keptMax)
})

test('a server that drops events for which there is no room is found', async (t) => {
  const server = await startProbed(t, await newPlace(t), {
    file: watcher,
    find: '    this.#isBlocked = false\n    this.#cancelStall?.()',
    replace:
      '    this.#isBlocked = false\n    this.#sent = this.#parts.call.core.feed.revision\n    this.#cancelStall?.()',
  })
  const { faults } = await runLoad(t, server, { ...small, bytes: 40_000 })
  assert.match(faults.join('\n'), /has \d+ events of \d+/)
})
