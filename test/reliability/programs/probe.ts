// Loaded into a server before its program (--import): writes what only the process itself knows to the file that
// KUBELING_PROBE names, five times a second.
import { subscribe } from 'node:diagnostics_channel'
import { renameSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Writable } from 'node:stream'

const everyMs = 200

/** What the server says of itself. */
export interface Probed {
  /** The most that was ever kept for one reader. */
  readonly bufferedMax: number
  readonly rss: number
  readonly rssMax: number
  readonly loopMaxMs: number
  readonly loopP99Ms: number
}

function probe(file: string): void {
  const answers = new Set<Writable>()
  const keep = (one: Writable) => {
    answers.add(one)
    one.once('close', () => answers.delete(one))
  }
  subscribe('http2.server.stream.start', (said) => keep((said as { stream: Writable }).stream))
  subscribe('http.server.request.start', (said) => keep((said as { response: Writable }).response))
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  let [bufferedMax, rssMax] = [0, 0]
  const ms = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100
  const look = () => {
    for (const one of answers) bufferedMax = Math.max(bufferedMax, one.writableLength)
    const rss = process.memoryUsage.rss()
    rssMax = Math.max(rssMax, rss)
    const loop = { loopMaxMs: ms(delay.max), loopP99Ms: ms(delay.percentile(99)) }
    writeFileSync(`${file}.new`, JSON.stringify({ bufferedMax, rss, rssMax, ...loop } satisfies Probed))
    renameSync(`${file}.new`, file)
  }
  setInterval(look, everyMs).unref()
  look()
}

if (isMainThread && process.env['KUBELING_PROBE'] !== undefined) probe(process.env['KUBELING_PROBE'])
