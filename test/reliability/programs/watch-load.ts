// The client side of the watch load, in a process of its own: `node watch-load.ts '<JSON of LoadSettings>'`.
// It opens the watchers, says `ready`, writes, waits until everybody has everything and prints a LoadReport.
// Over HTTP/2 several watchers share a connection, as those of one client-go process do; over HTTP/1.1 each has its own.
import { Histogram } from './histogram.ts'
import { type Acknowledged, Writers } from './load-writers.ts'
import { LoadWatcher } from './load-watcher.ts'
import { SharedLine } from './shared-line.ts'
import { http1Wire, http2Wire } from './wire.ts'

/** What is done to the server. */
export interface LoadSettings {
  readonly port: number
  readonly watchers: number
  readonly protocol: 'http1' | 'http2'
  readonly streamsPerConnection: number
  /** How many of the watchers read nothing at all, and how many 1 KB/s. */
  readonly stalled: number
  readonly trickling: number
  readonly writers: number
  /** 0 for as fast as the writers can. */
  readonly writesPerSecond: number
  readonly seconds: number
  /** Of the payload of an object. */
  readonly bytes: number
  /** How long one watch lasts before it is opened again. */
  readonly watchSeconds: number
  /** How long the last events may take. */
  readonly settleSeconds: number
}

/** What came of it. */
export interface LoadReport {
  readonly writes: number
  readonly events: number
  readonly bookmarks: number
  readonly reopened: number
  readonly cutOff: number
  readonly expired: number
  readonly seconds: number
  readonly delivery: { readonly p50Ms: number; readonly p99Ms: number }
  readonly write: { readonly p50Ms: number; readonly p99Ms: number }
  /** What must not be. */
  readonly faults: readonly string[]
}

const settings = JSON.parse(process.argv[2] as string) as LoadSettings
const path = '/api/v1/namespaces/default/configmaps'
const slowWindow = 65_535
const quickWindow = 2 ** 31 - 1
const delivery = new Histogram()
let opened = 0

const writers = new Writers(settings.port, path, settings.bytes, settings.writers)
const start = await writers.begin()
const slow = settings.stalled + settings.trickling
const watchers = Array.from(
  { length: settings.watchers },
  (_, i) =>
    new LoadWatcher(i < settings.stalled ? 'stalled' : i < slow ? 'trickling' : 'quick', start, delivery),
)
for (const group of groups()) await connectGroup(group)
console.log('ready')
const timer = setInterval(trickle, 1_000)
const began = performance.now()
const acknowledged = await writers.write(settings.writesPerSecond, settings.seconds)
const quick = watchers.filter((one) => one.pace === 'quick')
await until(() => quick.every((one) => one.events >= acknowledged.length))
const seconds = (performance.now() - began) / 1000
for (const one of watchers) one.thaw()
await until(() => watchers.every((one) => one.isExpired || one.events >= acknowledged.length))
clearInterval(timer)
console.log(JSON.stringify(report()))
process.exit()

/** Slow watchers have connections of their own: they hinder nobody on the client's side. */
function groups(): LoadWatcher[][] {
  const all: LoadWatcher[][] = watchers.slice(0, slow).map((one) => [one])
  const size = settings.protocol === 'http1' ? 1 : settings.streamsPerConnection
  for (let at = slow; at < watchers.length; at += size) all.push(watchers.slice(at, at + size))
  return all
}

async function connectGroup(group: LoadWatcher[]): Promise<void> {
  const isSlow = (group[0] as LoadWatcher).pace !== 'quick'
  const isAlone = settings.protocol === 'http1' && !isSlow
  const line = new SharedLine({
    connect: (reader) =>
      isAlone
        ? http1Wire(settings.port, reader)
        : http2Wire(settings.port, isSlow ? slowWindow : quickWindow, reader),
    streamStep: isAlone ? 0 : 2,
    pathAfter: watchPath,
  })
  await line.ready()
  for (const one of group) one.connect(line.lineOf(one))
}

function watchPath(after: number): string {
  const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${after}`
  return `${path}?${query}&timeoutSeconds=${settings.watchSeconds + (opened++ % 3)}`
}

function trickle(): void {
  for (const one of watchers) one.trickle(1024)
}

async function until(isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + settings.settleSeconds * 1000
  while (!isDone() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
}

function report(): LoadReport {
  const sum = (of: (one: LoadWatcher) => number) => watchers.reduce((all, one) => all + of(one), 0)
  return {
    writes: acknowledged.length,
    events: sum((one) => one.events),
    bookmarks: sum((one) => one.bookmarks),
    reopened: sum((one) => one.reopened),
    cutOff: sum((one) => one.cutOff),
    expired: sum((one) => (one.isExpired ? 1 : 0)),
    seconds,
    delivery: { p50Ms: delivery.at(0.5), p99Ms: delivery.at(0.99) },
    write: { p50Ms: writers.took.at(0.5), p99Ms: writers.took.at(0.99) },
    faults: faultsOf(acknowledged),
  }
}

function faultsOf(all: readonly Acknowledged[]): string[] {
  const revisions = all.map(({ revision }) => revision).toSorted((a, b) => a - b)
  const hash = revisions.reduce((sum, revision) => (Math.imul(sum, 31) + revision) | 0, 0)
  const faults = [...writers.faults]
  for (const [i, one] of watchers.entries()) {
    faults.push(...one.faults.map((fault) => `watcher ${i} (${one.pace}): ${fault}`))
    if (one.isExpired || (one.events === all.length && one.hash === hash)) continue
    faults.push(`watcher ${i} (${one.pace}) has ${one.events} events of ${all.length}, up to ${one.revision}`)
  }
  return faults.slice(0, 20)
}
