import assert from 'node:assert/strict'
import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { createInflate } from 'node:zlib'
import { readText } from '../refusal.ts'
import { SpdyConnection } from './connection.ts'
import { FrameReader, FrameWriter, control, dataHead, rstStream } from './frames.ts'
import { spdyDictionary } from '#testkit/spdy-dictionary'

/** The pairs of a header block, read by a real inflater. */
async function headersOf(blocks: readonly Uint8Array[]): Promise<Record<string, string>[]> {
  const inflate = createInflate({ dictionary: spdyDictionary })
  const found: Record<string, string>[] = []
  for (const block of blocks) {
    const output = once(inflate, 'data') as Promise<[Buffer]>
    inflate.write(block)
    const [plain] = await output
    found.push(pairsOf(plain))
  }
  inflate.destroy()
  return found
}

function pairsOf(plain: Buffer): Record<string, string> {
  let at = 4
  const text = () => {
    const length = plain.readUInt32BE(at)
    at += 4 + length
    return plain.subarray(at - length, at).toString()
  }
  const pairs: Record<string, string> = {}
  for (let left = plain.readUInt32BE(0); left > 0; left--) {
    const name = text()
    pairs[name] = text()
  }
  return pairs
}

test('headers are read by any inflater with the dictionary of SPDY', async () => {
  const writer = new FrameWriter()
  const frames = [
    writer.synStream(1, { streamtype: 'error' }),
    writer.synStream(3, { streamtype: 'data', port: '80' }),
  ]
  const found = await headersOf(frames.map((frame) => frame.subarray(18)))
  assert.deepEqual(found, [{ streamtype: 'error' }, { streamtype: 'data', port: '80' }])
  assert.equal(frames[1]?.readUInt32BE(8), 3)
  // Readers that wait for a flush would wait for ever without it.
  for (const frame of frames) assert.equal(frame.subarray(-5).toString('hex'), '000000ffff')
})

test('frames are found however the bytes are cut', () => {
  const bytes = Buffer.concat([
    dataHead(1, 3, false),
    Buffer.from('abc'),
    rstStream(3, 5),
    dataHead(1, 0, true),
  ])
  for (const size of [1, 2, 7, bytes.length]) {
    const reader = new FrameReader()
    const found: string[] = []
    for (let at = 0; at < bytes.length; at += size) {
      for (const frame of reader.read(bytes.subarray(at, at + size))) {
        found.push(
          frame.type === 'data'
            ? `${frame.stream} ${Buffer.from(frame.body).toString()} ${frame.isLast}`
            : `control ${frame.kind}`,
        )
      }
    }
    assert.deepEqual(found, ['1 abc false', `control ${control.rstStream}`, '1  true'])
  }
})

/** A peer that answers every stream with what it is sent, in upper case. */
function echo() {
  const [ours, theirs] = duplexPair()
  const reader = new FrameReader()
  theirs.on('data', (piece: Buffer) => {
    for (const frame of reader.read(piece)) {
      if (frame.type !== 'data') continue
      const body = Buffer.from(Buffer.from(frame.body).toString().toUpperCase())
      theirs.write(Buffer.concat([dataHead(frame.stream, body.length, frame.isLast), body]))
    }
  })
  return { connection: new SpdyConnection(ours), theirs }
}

test('streams carry bytes both ways and end each way by itself', async () => {
  const { connection } = echo()
  const [first, second] = [connection.open({ a: '1' }), connection.open({ a: '2' })]
  second.end('second')
  first.write('fir')
  first.end('st')
  assert.deepEqual(await Promise.all([readText(first), readText(second)]), ['FIRST', 'SECOND'])
  connection.close()
})

test('a large stream waits for its reader', async () => {
  const { connection } = echo()
  const stream = connection.open({})
  const text = 'x'.repeat(3_000_000)
  stream.end(text)
  assert.equal((await readText(stream)).length, text.length)
  connection.close()
})

test('streams end when the connection does, and when the other side ends them', async () => {
  const { connection, theirs } = echo()
  const [reset, open] = [connection.open({}), connection.open({})]
  theirs.write(Buffer.concat([dataHead(1, 4, false), Buffer.from('last'), rstStream(1, 5)]))
  assert.equal(await readText(reset), 'last')
  theirs.end()
  assert.equal(await readText(open), '')
  connection.close()
  await connection.closed
})

test('a ping is answered', async () => {
  const { theirs, connection } = echo()
  theirs.removeAllListeners('data')
  const ping = Buffer.from('8003000600000004000000020a', 'hex').subarray(0, 12)
  const answer = once(theirs, 'data') as Promise<[Buffer]>
  theirs.write(ping)
  assert.deepEqual((await answer)[0], ping)
  connection.close()
})
