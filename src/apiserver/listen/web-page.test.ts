// Pages in browsers cannot use a port that trusts everybody: a table, and a real port with a WebSocket.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { silent } from '#base/log'
import { VirtualClock } from '#testkit/virtual-clock'
import { listen } from './listen.ts'
import { webPageFault } from './web-page.ts'

const fault = (headers: Record<string, string>) => webPageFault(headers, ['Master.example'])?.message

const passing: Record<string, string>[] = [
  {},
  { host: '127.0.0.1:8080' },
  { host: '192.168.8.100:8080' },
  { host: '[::1]:8080' },
  { host: 'localhost:8080' },
  { host: 'LocalHost' },
  { host: 'master.example:8080' },
  { host: 'localhost:8080', origin: 'http://localhost:8080' },
  { host: 'localhost:8080', origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' },
  { host: 'localhost:8080', 'sec-fetch-site': 'none' },
]
const refused: [headers: Record<string, string>, why: RegExp][] = [
  [{ host: 'evil.example:8080' }, /^forbidden: the host name "evil.example:8080" is none of this server's/],
  [{ host: 'evil.example:8080', origin: 'http://evil.example:8080' }, /is none of this server's/],
  [{ host: 'localhost.evil.example' }, /is none of this server's/],
  [{ host: '127.0.0.1.evil.example' }, /is none of this server's/],
  [{ host: 'localhost:8080:1' }, /is none of this server's/],
  [{ host: 'a@localhost' }, /is none of this server's/],
  [
    { host: 'localhost:8080', origin: 'http://evil.example' },
    /^forbidden: a page of http:\/\/evil.example may not/,
  ],
  [{ host: 'localhost:8080', origin: 'http://localhost:3000' }, /a page of http:\/\/localhost:3000 may not/],
  [{ host: 'localhost:8080', origin: 'https://localhost:8080' }, /a page of https:/],
  [{ host: 'localhost:8080', origin: 'null' }, /a page of null may not/],
  [{ origin: 'http://evil.example' }, /a page of http:\/\/evil.example may not/],
  [{ host: 'localhost:8080', 'sec-fetch-site': 'cross-site' }, /a page of another site may not/],
  [{ host: 'localhost:8080', 'sec-fetch-site': 'same-site' }, /a page of another site may not/],
]

test('webPageFault() lets programs and own pages pass, and no other page', () => {
  for (const headers of passing) assert.equal(fault(headers), undefined, JSON.stringify(headers))
  for (const [headers, why] of refused) assert.match(fault(headers) ?? '', why, JSON.stringify(headers))
})

test('a port that is for no pages refuses them, upgrades too; another one does not look', async (t) => {
  const seen: string[] = []
  const open = async (names?: readonly string[]) => {
    const listener = await listen({
      address: '127.0.0.1',
      port: 0,
      handler: async ({ url }) => {
        seen.push(url)
        return { status: 200, headers: {}, body: new Uint8Array() }
      },
      async upgrade({ url }, socket) {
        seen.push(url)
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      },
      clock: new VirtualClock(),
      log: silent,
      ...(names && { noPagesBut: names }),
    })
    t.after(() => listener.close(0))
    return listener.port
  }
  const ask = async (port: number, headers: Record<string, string>) => {
    const sent = request({ port, path: '/a', headers, agent: false })
    sent.end()
    const status = (await Promise.race([once(sent, 'response'), once(sent, 'upgrade')])) as [
      { statusCode: number },
    ]
    sent.destroy()
    return status[0].statusCode
  }
  const websocket = { connection: 'Upgrade', upgrade: 'websocket' }
  const page = { host: 'localhost', origin: 'http://evil.example' }
  const closed = await open([])
  assert.equal(await ask(closed, page), 403)
  assert.equal(await ask(closed, { ...page, ...websocket }), 403)
  assert.deepEqual(seen, [])
  assert.equal(await ask(closed, { host: 'localhost' }), 200)
  assert.equal(await ask(closed, { host: 'localhost', ...websocket }), 101)
  assert.equal(await ask(await open(), page), 200)
})
