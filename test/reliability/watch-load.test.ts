// Many watchers of a busy collection, over TLS: each is told every event once and in order, and its bookmarks are true.
// Watches end every few seconds and are opened again where they were.
//
//   KUBELING_WATCHERS          how many watchers (200; long: 1000)
//   KUBELING_WATCH_WRITES      writes a second (20)
//   KUBELING_WATCH_SECONDS     for how long, for each protocol (6; long: 1800)
//   KUBELING_WATCH_PROTOCOL    http1 or http2 (both, one after the other)
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newPlace, startProbed } from './programs/probed-server.ts'
import { runLoad } from './programs/run-load.ts'
import { slopePerMinute } from './programs/slope.ts'

const watchers = Number(process.env['KUBELING_WATCHERS'] ?? 200)
const writesPerSecond = Number(process.env['KUBELING_WATCH_WRITES'] ?? 20)
const seconds = Number(process.env['KUBELING_WATCH_SECONDS'] ?? 6)
const protocols = ['http2', 'http1'] as const
const only = process.env['KUBELING_WATCH_PROTOCOL'] ?? ''
const mebibytes = (bytes: number) => Math.round((bytes / 2 ** 20) * 10) / 10

for (const protocol of protocols.filter((one) => only === '' || one === only)) {
  test(`${watchers} watchers over ${protocol} are told every event once and in order`, async (t) => {
    const server = await startProbed(t, await newPlace(t))
    const samples: number[] = []
    const watchSeconds = seconds < 60 ? 4 : 120
    const load = { watchers, protocol, writesPerSecond, seconds, watchSeconds }
    const report = await runLoad(t, server, load, () => samples.push(server.probed().rss))
    const { writes, events, bookmarks, reopened, delivery, write } = report
    t.diagnostic(`${writes} writes, ${events} events, ${bookmarks} bookmarks, ${reopened} watches resumed`)
    t.diagnostic(`delivery p50 ${delivery.p50Ms} ms, p99 ${delivery.p99Ms} ms; write p99 ${write.p99Ms} ms`)
    const { rssMax, loopP99Ms, loopMaxMs, bufferedMax } = server.probed()
    const slope = mebibytes(slopePerMinute(samples.slice(samples.length >> 1)))
    t.diagnostic(`RSS at most ${mebibytes(rssMax)} MiB, in the second half ${slope} MiB a minute`)
    t.diagnostic(
      `event loop p99 ${loopP99Ms} ms, max ${loopMaxMs} ms; ${bufferedMax} bytes kept for a watcher`,
    )
    assert.deepEqual(report.faults, [])
    assert.equal(events, writes * watchers)
    assert.ok(bookmarks > 0 && reopened > 0)
  })
}

const small = { watchers: 20, seconds: 3, watchSeconds: 3, settleSeconds: 2, writesPerSecond: 50 }

test('an event that one watcher is not given is found', async (t) => {
  const server = await startProbed(t, await newPlace(t), {
    file: 'src/apiserver/watch-cache/fan.ts',
    find: 'for (const member of this.#members) member.take(bytes, after, upTo)',
    replace: `for (const member of this.#members)
      if (upTo % 50 !== 7 || member !== this.#members.values().next().value) member.take(bytes, after, upTo)`,
  })
  const { faults } = await runLoad(t, server, small)
  assert.match(faults.join('\n'), /has \d+ events of \d+/)
})

test('a bookmark ahead of the events is found', async (t) => {
  const server = await startProbed(t, await newPlace(t), {
    file: 'src/apiserver/watch-cache/watcher.ts',
    find: 'this.#write(this.#parts.view.encoder.bookmark(this.#sent))',
    replace: 'this.#write(this.#parts.view.encoder.bookmark(this.#sent + 3))',
  })
  const { faults } = await runLoad(t, server, small)
  assert.match(faults.join('\n'), /event \d+ after \d+/)
})
