// One change told to many watchers.
import { type Bench } from '../bench.ts'
import { ask } from '../load/ask.ts'
import { Audience } from '../load/audience.ts'
import { openH2 } from '../load/h2.ts'
import { cpuSeconds } from '../process.ts'
import { type Measured, quantile, type Row } from '../row.ts'
import type { Subject } from '../subject.ts'

const configMaps = '/api/v1/namespaces/kube-node-lease/configmaps'
const headers = { 'content-type': 'application/json' }
const eventBytes = 1_000
/** How many changes are under way at once. */
const writers = 8

/** A change that is told in about a kilobyte. */
const change = Buffer.from(
  JSON.stringify({ metadata: { generateName: 'told-' }, data: { text: 'x'.repeat(eventBytes - 470) } }),
)
const event = Buffer.from(`${'x'.repeat(eventBytes - 1)}\n`)

interface Scene {
  readonly watchPath: string
  readonly writePath: string
}

/** Writers make changes; each makes its next one when all watchers have been told of as many as were made before. */
async function fanOut(subject: Subject, watchers: number, scene: Scene, seconds: number): Promise<Measured> {
  const audience = await Audience.open(subject.target, watchers, scene.watchPath)
  const connection = await openH2(subject.target)
  const times: number[] = []
  const before = subject.pid === undefined ? 0 : cpuSeconds(subject.pid)
  const began = performance.now()
  let made = 0
  const write = async () => {
    while (performance.now() - began < seconds * 1000) {
      const sent = performance.now()
      const number = ++made
      await ask(connection, { method: 'POST', path: scene.writePath, headers, body: change })
      await audience.told(number)
      times.push(performance.now() - sent)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  await audience.told(made)
  const spanMs = performance.now() - began
  audience.close()
  connection.close()
  const deliveries = made * watchers
  const sorted = times.toSorted((a, b) => a - b)
  return {
    value: (deliveries * 1000) / spanMs,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    ...(subject.pid !== undefined && { cpuMicros: ((cpuSeconds(subject.pid) - before) * 1e6) / deliveries }),
  }
}

async function newest(bench: Bench): Promise<string> {
  const list = JSON.parse((await bench.sample(`${configMaps}?limit=1`)).toString()) as {
    metadata: { resourceVersion: string }
  }
  return list.metadata.resourceVersion
}

function tells(watchers: number): Row {
  return {
    name: `deliveries to ${watchers} watchers`,
    floorName: 'bare TLS server, same bytes',
    async ours(bench, seconds) {
      const watchPath = `${configMaps}?watch=1&resourceVersion=${await newest(bench)}`
      return fanOut(await bench.ours(), watchers, { watchPath, writePath: configMaps }, seconds)
    },
    async floor(bench, seconds) {
      const floor = await bench.floor('event', async () => event)
      return fanOut(floor, watchers, { watchPath: '/watch', writePath: '/event' }, seconds)
    },
  }
}

/** The rows of watches. */
export const rows: readonly Row[] = [tells(200), tells(2_000)]
