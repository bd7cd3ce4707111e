import assert from 'node:assert/strict'
import { test } from 'node:test'
import { domainPathErrors, fullNameErrors, hostFaults } from './domain-names.ts'

const shown = (errors: Iterable<{ path: string; body: string }>) =>
  [...errors].map(({ path, body }) => `${path}: ${body}`)

test('hosts may begin with a star', () => {
  assert.deepEqual(hostFaults('*.example.com'), [])
  assert.deepEqual(hostFaults('a.example.com'), [])
  assert.deepEqual(hostFaults('a.*.com'), [
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ])
  assert.deepEqual(hostFaults(`*.${'a'.repeat(252)}`), ['must be no more than 253 characters'])
  assert.match(hostFaults('A')[0] ?? '', /^a lowercase RFC 1123 subdomain/)
})

test('full names have two labels', () => {
  assert.deepEqual(fullNameErrors('example.com.', 'a'), [])
  assert.deepEqual(shown(fullNameErrors('', 'a')), ['a: Required value'])
  assert.deepEqual(shown(fullNameErrors('localhost', 'a')), [
    'a: Invalid value: "localhost": should be a domain with at least two segments separated by dots',
  ])
  assert.match(shown(fullNameErrors('A.b', 'a'))[0] ?? '', /^a: Invalid value: "A\.b": a lowercase RFC 1123/)
  const long = 'a'.repeat(64)
  assert.deepEqual(shown(fullNameErrors(`${long}.b`, 'a')), [
    `a: Invalid value: "${long}": must be no more than 63 characters`,
  ])
})

test('paths below a domain', () => {
  assert.deepEqual(shown(domainPathErrors('example.com/a/b', 'a')), [])
  for (const text of ['example.com', '/a', 'example.com/']) {
    assert.deepEqual(shown(domainPathErrors(text, 'a')), [
      `a: Invalid value: ${JSON.stringify(text)}: must be a domain-prefixed path (such as "acme.io/foo")`,
    ])
  }
  assert.match(shown(domainPathErrors('A/b', 'a'))[0] ?? '', /^a: Invalid value: "A": a lowercase/)
  assert.deepEqual(shown(domainPathErrors('a/b c', 'a')), [
    "a: Invalid value: \"b c\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
  ])
})
