import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerReader } from './answer-reader.ts'

const answers = {
  'by length': 'HTTP/1.1 201 Created\r\nContent-Length: 5\r\nA: b\r\n\r\nhello',
  'in chunks': 'HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n',
}

for (const [name, text] of Object.entries(answers)) {
  test(`an answer ${name} is read whole wherever it is cut`, () => {
    for (let size = 1; size <= text.length; size++) {
      let body = ''
      const reader = new AnswerReader((piece) => (body += piece.toString()))
      let isWhole = false
      for (let at = 0; at < text.length; at += size) {
        assert.ok(!isWhole, 'not before its end')
        isWhole = reader.take(Buffer.from(text.slice(at, at + size)))
      }
      assert.ok(isWhole)
      assert.deepEqual([reader.status, reader.bytes, body], [201, 5, 'hello'], `pieces of ${size}`)
    }
  })
}

test('an answer without a body ends with its head', () => {
  const reader = new AnswerReader(() => assert.fail('no body'))
  assert.ok(reader.take(Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')))
  assert.equal(reader.status, 404)
})
