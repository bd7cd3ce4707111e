import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validateAnnotations, validateLabels } from './label-rules.ts'
import {
  byteLength,
  configMapKeyFaults,
  dns1035LabelFaults,
  dnsLabelFaults,
  envVarNameFaults,
  nameFaults,
  pathSegmentFaults,
  qualifiedNameFaults,
  subdomainFaults,
} from './name-rules.ts'

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

test('names are refused in upstream’s words', () => {
  assert.deepEqual(subdomainFaults('a.b-c.d'), [])
  assert.deepEqual(subdomainFaults('A_b'), [subdomain])
  assert.deepEqual(subdomainFaults('a'.repeat(254)), ['must be no more than 253 characters'])
  assert.deepEqual(dnsLabelFaults('a.b'), ['must not contain dots'])
  assert.deepEqual(dnsLabelFaults('-a'), [
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ])
  assert.equal(dns1035LabelFaults('1a').length, 1)
  assert.deepEqual(pathSegmentFaults('..'), ["may not be '..'"])
  assert.deepEqual(pathSegmentFaults('a/b%c'), ["may not contain '/'", "may not contain '%'"])
  assert.deepEqual(configMapKeyFaults('..a'), ["must not start with '..'"])
  assert.equal(envVarNameFaults('1A').length, 1)
  assert.deepEqual(envVarNameFaults('MY_ENV'), [])
})

test('a prefix that a name is generated from may end in a dash', () => {
  assert.deepEqual(nameFaults('dnsSubdomain', 'web-', true), [])
  assert.deepEqual(nameFaults('dnsSubdomain', 'web-'), [subdomain])
  assert.deepEqual(nameFaults('pathSegment', 'system:x'), [])
  assert.deepEqual(nameFaults('none', '/%'), [])
})

test('label keys may have a prefix', () => {
  assert.deepEqual(qualifiedNameFaults('example.com/Name_1'), [])
  assert.deepEqual(qualifiedNameFaults('/x'), ['prefix part must be non-empty'])
  assert.equal(qualifiedNameFaults('a/b/c').length, 1)
  assert.deepEqual(qualifiedNameFaults('a/').slice(0, 1), ['name part must be non-empty'])
  assert.deepEqual(qualifiedNameFaults('a'.repeat(64)), ['name part must be no more than 63 bytes'])
})

test('labels and annotations of an object are checked', () => {
  const [error] = [...validateLabels({ a: 'b c' }, 'metadata.labels')]
  assert.match(
    `${error?.path}: ${error?.body}`,
    /^metadata\.labels: Invalid value: "b c": a valid label must be/,
  )
  assert.deepEqual([...validateLabels({ 'a/b': '' }, 'metadata.labels')], [])
  assert.deepEqual([...validateAnnotations({ UPPER: 'any thing' }, 'metadata.annotations')], [])
  const long = [...validateAnnotations({ a: 'ä'.repeat(131_072) }, 'metadata.annotations')]
  assert.equal(long[0]?.body, 'Too long: may not be more than 262144 bytes')
})

test('byteLength() counts UTF-8', () => {
  for (const text of ['', 'a', 'ä', '€', '😀', 'a😀ä']) {
    assert.equal(byteLength(text), new TextEncoder().encode(text).length, text)
  }
})
