// Streamed answers at the pace of their readers, and broken off.
import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { type TestContext, test } from 'node:test'
import type { Sink } from '#base/http'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { createAuthority } from './certificates.ts'
import { listen } from './listen.ts'

async function open(t: TestContext, start: (sink: Sink) => void, isSecure: boolean): Promise<number> {
  const authority = await createAuthority('test', realClock)
  const serving = await authority.issue({ commonName: 'test', use: 'server', names: ['127.0.0.1'] })
  const listener = await listen({
    address: '127.0.0.1',
    port: 0,
    handler: async () => ({ status: 200, headers: {}, body: { start } }),
    ...(isSecure && { tls: serving }),
    clock: realClock,
    log: silent,
    upgrade: async () => {},
  })
  t.after(() => listener.close(0))
  return listener.port
}

type Pieces = AsyncIterable<Buffer>

const http1 = (send: typeof httpRequest, port: number) =>
  new Promise<Pieces>((resolve, reject) => {
    const options = { port, host: '127.0.0.1', agent: false, rejectUnauthorized: false }
    send(options, (answer: IncomingMessage) => resolve(answer))
      .on('error', reject)
      .end()
  })

const ways: readonly {
  name: string
  isSecure: boolean
  get: (port: number, t: TestContext) => Promise<Pieces>
}[] = [
  { name: 'HTTP/1.1', isSecure: false, get: (port) => http1(httpRequest, port) },
  {
    name: 'HTTP/1.1 and TLS',
    isSecure: true,
    get: (port) => http1(httpsRequest as typeof httpRequest, port),
  },
  {
    name: 'HTTP/2',
    isSecure: true,
    async get(port, t) {
      const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
      t.after(() => session.destroy())
      return session.request({ ':path': '/' })
    },
  },
]

for (const { name, isSecure, get } of ways) {
  test(`a streaming handler is told each time that there is room again: ${name}`, async (t) => {
    const block = Buffer.alloc(300_000, 'x')
    const blocks = 40
    let [written, waits] = [0, 0]
    const port = await open(
      t,
      (sink) => {
        const more = () => {
          while (written < blocks) {
            written++
            if (sink.write(block)) continue
            waits++
            return sink.onDrain(more)
          }
          sink.end()
        }
        more()
      },
      isSecure,
    )
    let length = 0
    for await (const piece of await get(port, t)) length += piece.length
    assert.equal(length, blocks * block.length)
    assert.ok(waits > 1, `${waits} waits`)
  })

  test(`a reader can tell that an answer was broken off: ${name}`, async (t) => {
    const closed = Promise.withResolvers<void>()
    const start = (sink: Sink) => {
      sink.onClose(closed.resolve)
      sink.write(Buffer.from('half of it'))
      setImmediate(() => sink.cut())
    }
    const port = await open(t, start, isSecure)
    await assert.rejects(async () => {
      for await (const _ of await get(port, t));
    })
    await closed.promise
  })
}
