// The client side of the storms, in a process of its own: `node storm-client.ts '<JSON of StormSettings>'`.
// It prints `synced` when all have what they must have, then waits for a last event, and prints a StormReport.
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import { Counter } from './counter.ts'

/** What is done to the server. */
export interface StormSettings {
  readonly port: number
  readonly mode: 'informers' | 'lists' | 'idle'
  readonly path: string
  /** How many informers, readers of lists or connections. */
  readonly count: number
  /** How many objects each must be given. */
  readonly objects: number
  /** A marker in the last event; nobody is done before it has come. */
  readonly lastEvent: string
  readonly timeoutSeconds: number
}

/** What came of it. */
export interface StormReport {
  readonly syncedSeconds: number
  readonly bytes: number
  readonly faults: readonly string[]
}

const settings = JSON.parse(process.argv[2] as string) as StormSettings
const { port, path, count, objects } = settings
const faults: string[] = []
let bytes = 0
let begun = 0
const began = performance.now()
const waits: Promise<void>[] = []
const modes = { informers: becomeInformer, lists: readSlowly, idle: openIdle }
const started: Promise<unknown>[] = []
for (let i = 0; i < count; i++)
  started.push(modes[settings.mode](i).catch((error: Error) => fault(i, error.message)))
await within(Promise.all(started), 'all to be synced')
const syncedSeconds = (performance.now() - began) / 1000
console.log('synced')
await within(Promise.all(waits), 'all to see the last event')
console.log(JSON.stringify({ syncedSeconds, bytes, faults: faults.slice(0, 20) } satisfies StormReport))
if (settings.mode === 'idle') await new Promise(() => {})
process.exit()

function fault(i: number, what: string): void {
  faults.push(`${settings.mode} ${i}: ${what}`)
}

async function within(promise: Promise<unknown>, what: string): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, settings.timeoutSeconds * 1000, 'late').unref())
  if ((await Promise.race([promise, late])) === 'late') faults.push(`gave up waiting for ${what}`)
}

function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: url, agent: false, rejectUnauthorized: false }
    request(options, resolve).on('error', reject).end()
  })
}

/** Every second one lists and watches; the others ask for a watch that begins with the list. */
async function becomeInformer(i: number): Promise<void> {
  if (i % 2 === 0) {
    const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=0'
    await follow(i, `${path}?watch=1&allowWatchBookmarks=true&${initial}`, true)
    return
  }
  const answer = await open(`${path}?resourceVersion=0`)
  const counter = new Counter('"uid":"')
  let head = ''
  for await (const piece of answer as AsyncIterable<Buffer>) {
    if (head.length < 300) head += piece.toString('latin1', 0, 300)
    counter.take(piece)
    bytes += piece.length
  }
  if (counter.count !== objects) fault(i, `listed ${counter.count} of ${objects} (${answer.statusCode})`)
  const revision = /"resourceVersion":"(\d+)"/.exec(head)?.[1]
  await follow(i, `${path}?watch=1&allowWatchBookmarks=true&resourceVersion=${revision}`, false)
}

async function follow(i: number, url: string, hasInitial: boolean): Promise<void> {
  const answer = await open(url)
  const added = new Counter('"type":"ADDED"')
  const synced = new Counter('initial-events-end')
  const last = new Counter(settings.lastEvent)
  const isSynced = Promise.withResolvers<void>()
  const isDone = Promise.withResolvers<void>()
  if (!hasInitial) isSynced.resolve()
  waits.push(isDone.promise)
  answer.on('data', (piece: Buffer) => {
    bytes += piece.length
    added.take(piece)
    if (hasInitial && synced.count === 0 && synced.take(piece) > 0) {
      if (added.count !== objects) fault(i, `was told ${added.count} of ${objects}`)
      isSynced.resolve()
    }
    if (last.take(piece) > 0) isDone.resolve()
  })
  answer.on('close', () => fault(i, 'the watch ended'))
  await isSynced.promise
}

/** Takes the beginning of a list, waits until everybody has one, and reads on. */
async function readSlowly(i: number): Promise<void> {
  const answer = await open(`${path}?resourceVersion=0`)
  const counter = new Counter('"uid":"')
  answer.pause()
  begun++
  while (begun < count) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  for await (const piece of answer as AsyncIterable<Buffer>) {
    counter.take(piece)
    bytes += piece.length
  }
  if (counter.count !== objects) fault(i, `listed ${counter.count} of ${objects} (${answer.statusCode})`)
}

/** Opens a connection, by turns for HTTP/1.1 and HTTP/2, and says nothing on it. */
function openIdle(i: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const isHttp2 = i % 2 === 0
    const ALPNProtocols = [isHttp2 ? 'h2' : 'http/1.1']
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols })
    socket.on('error', reject)
    socket.once('secureConnect', () => {
      if (isHttp2) socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0')
      else socket.write('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    })
    socket.once('data', () => resolve(socket))
    socket.on('close', () => reject(new Error('the connection was closed')))
  })
}
