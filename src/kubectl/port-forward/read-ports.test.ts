import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPorts } from './read-ports.ts'

test('readPorts() takes both ports, one for both, and none here', () => {
  assert.deepEqual(readPorts(['8080:80', '443', ':53']), [
    { local: 8080, remote: 80 },
    { local: 443, remote: 443 },
    { local: 0, remote: 53 },
  ])
})

test('readPorts() refuses what is no port', () => {
  const rows: [string, RegExp][] = [
    ['a:80', /error parsing local port 'a': strconv\.ParseUint: parsing "a": invalid syntax/],
    ['80:x', /error parsing remote port 'x'/],
    ['80:70000', /error parsing remote port '70000': .*value out of range/],
    ['1:2:3', /invalid port format '1:2:3'/],
    ['80:0', /remote port must be > 0/],
  ]
  for (const [word, expected] of rows) assert.throws(() => readPorts([word]), expected, word)
})
