import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  headerNameFaults,
  idFaults,
  portFaults,
  portNameFaults,
  relaxedEnvNameFaults,
  underscoreSubdomainFaults,
} from './field-names.ts'

test('ports are told by a number or a short name', () => {
  assert.deepEqual(portFaults('http-2'), [])
  assert.deepEqual(portFaults(0), ['must be between 1 and 65535, inclusive'])
  assert.deepEqual(portFaults(65_536), ['must be between 1 and 65535, inclusive'])
  assert.deepEqual(portNameFaults('a-name-much-too-long'), ['must be no more than 15 characters'])
  assert.deepEqual(portNameFaults('80'), ['must contain at least one letter (a-z)'])
  assert.deepEqual(portNameFaults('a--b'), ['must not contain consecutive hyphens'])
  assert.deepEqual(portNameFaults('a-'), ['must not begin or end with a hyphen'])
  assert.deepEqual(portNameFaults('aB'), [
    'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
  ])
})

test('environment variables may have any printable name', () => {
  assert.deepEqual(relaxedEnvNameFaults('1 odd?name'), [])
  assert.deepEqual(relaxedEnvNameFaults(''), ['environment variable name must be non-empty'])
  for (const name of ['a=b', 'ä', 'a\nb']) assert.equal(relaxedEnvNameFaults(name).length, 1, name)
})

test('headers, search domains and ids have their patterns', () => {
  assert.deepEqual(headerNameFaults('X-A'), [])
  assert.match(headerNameFaults('X A')[0] ?? '', /^a valid HTTP header must .*'X-Header-Name', regex/)
  assert.deepEqual(underscoreSubdomainFaults('_a.b_c.d'), [])
  assert.equal(underscoreSubdomainFaults('a..b').length, 1)
  assert.equal(underscoreSubdomainFaults('a'.repeat(254)).length, 1)
  assert.deepEqual(idFaults(0), [])
  assert.deepEqual(idFaults(-1), ['must be between 0 and 2147483647, inclusive'])
})
