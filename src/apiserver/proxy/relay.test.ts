import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { join } from './relay.ts'

/** Both ends of a connection: the one that asked and the one that was asked. */
async function connection(t: TestContext): Promise<[asking: Socket, asked: Socket]> {
  const server = createServer({ allowHalfOpen: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asking = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [asked] = (await once(server, 'connection')) as [Socket]
  server.close()
  t.after(() => void (asking.destroy(), asked.destroy()))
  return [asking, asked]
}

test('join() lets what was sent before the end arrive, however slow its reader is', async (t) => {
  const [serverSide, server] = await connection(t)
  let read = 0
  let take = () => {}
  const slow = new Duplex({
    read() {},
    write(piece: Buffer, _encoding, done) {
      take = () => {
        // What a connection still holds when it is destroyed never leaves it.
        if (!slow.destroyed) read += piece.length
        done()
      }
    },
  })
  join(slow, serverSide)
  server.end('to the last byte')
  server.resume()
  await once(serverSide, 'close')
  take()
  await once(slow, 'finish')
  assert.equal(read, 16)
  slow.push(null)
  await once(slow, 'close')
})

test('join() breaks the other connection when one breaks', async (t) => {
  const [client, clientSide] = await connection(t)
  const [serverSide, server] = await connection(t)
  join(clientSide, serverSide)
  client.on('error', () => {})
  server.resetAndDestroy()
  await once(clientSide, 'close')
})
