import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPorts } from './read-ports.ts'

test('readPorts() reads ports here and there', () => {
  assert.deepEqual(readPorts(['8080:80', '80', ':443', '0:5']), [
    { local: 8080, remote: 80 },
    { local: 80, remote: 80 },
    { local: 0, remote: 443 },
    { local: 0, remote: 5 },
  ])
})

test('readPorts() refuses what is no port', () => {
  const rows: [string, string][] = [
    ['1:2:3', "invalid port format '1:2:3'"],
    ['x', `error parsing remote port 'x': strconv.ParseUint: parsing "x": invalid syntax`],
    ['x:80', `error parsing local port 'x': strconv.ParseUint: parsing "x": invalid syntax`],
    ['70000', `error parsing remote port '70000': strconv.ParseUint: parsing "70000": value out of range`],
    ['80:0', 'remote port must be > 0'],
  ]
  for (const [word, message] of rows) assert.throws(() => readPorts([word]), { message })
})
