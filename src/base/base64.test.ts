import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromBase64, toBase64 } from './base64.ts'

test('texts become base64 of their UTF-8 bytes and back', () => {
  for (const text of ['', 'a', 'ab', 'abc', 'abcd', 'ä', '€', '😀', 'aä€😀\n\0~']) {
    const base64 = Buffer.from(text).toString('base64')
    assert.equal(toBase64(text), base64, text)
    assert.equal(fromBase64(base64), text, text)
  }
})

test('bytes that are no UTF-8 are replaced', () => {
  assert.equal(fromBase64(Buffer.from([0x61, 0xff, 0x62]).toString('base64')), 'a\ufffdb')
  assert.equal(toBase64('\ud800'), Buffer.from('\ufffd').toString('base64'))
})
