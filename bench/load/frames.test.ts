import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flags, frame, FrameReader, types } from './frames.ts'

/** What a reader tells of bytes that come in pieces of one size. */
function readIn(bytes: Buffer, size: number): string[] {
  const told: string[] = []
  let data = ''
  const reader = new FrameReader({
    frame: (type, flag, id, payload) => told.push(`${type} ${flag} ${id} ${payload.toString()}`),
    data: (_, piece) => (data += piece.toString()),
    ended: (id) => told.push(`${id} ended with ${data}`),
  })
  for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size))
  return told
}

test('frames are read whole wherever they are cut', () => {
  const bytes = Buffer.concat([
    frame(types.settings, 0, 0, Buffer.alloc(0)),
    frame(types.headers, flags.endHeaders, 3, Buffer.from('head')),
    frame(types.data, 0, 3, Buffer.from('some ')),
    frame(types.data, flags.endStream, 3, Buffer.from('data')),
    frame(types.data, flags.endStream, 5, Buffer.alloc(0)),
  ])
  const expected = ['4 0 0 ', '1 4 3 head', '3 ended with some data', '5 ended with some data']
  for (let size = 1; size <= bytes.length; size++)
    assert.deepEqual(readIn(bytes, size), expected, `pieces of ${size}`)
})
