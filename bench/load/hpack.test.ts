import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headerBlock, statusIn } from './hpack.ts'

test('headers are literals of their lengths', () => {
  assert.deepEqual([...headerBlock({ a: 'bc' })], [0, 1, 97, 2, 98, 99])
  const long = headerBlock({ a: 'x'.repeat(300) })
  assert.deepEqual([...long.subarray(0, 6)], [0, 1, 97, 127, 173, 1])
  assert.equal(long.length, 306)
})

test('the status is read in all forms that servers send', () => {
  const rows: [status: number, block: number[]][] = [
    [200, [0x88, 0x76]],
    [404, [0x20, 0x8d]],
    [201, [0x08, 0x03, 0x32, 0x30, 0x31]],
    [429, [0x48, 0x03, 0x34, 0x32, 0x39]],
    [409, [0x0e, 0x03, 0x34, 0x30, 0x39]],
    // Huffman: 2 = 00010, 0 = 00000, 1 = 00001, then ones to the end of the byte.
    [201, [0x48, 0x82, 0b00010000, 0b00000011]],
    // 5 = 011011, 0 = 00000, 3 = 011001.
    [503, [0x18, 0x83, 0b01101100, 0b00001100, 0b11111111]],
  ]
  for (const [status, block] of rows) assert.equal(statusIn(Buffer.from(block)), status)
  assert.throws(() => statusIn(Buffer.from([0x76])), /no :status first/)
})
