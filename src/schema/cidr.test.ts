import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  canonicalCidrFaults,
  type Cidr,
  formatCidr,
  interfaceAddressFaults,
  isWithin,
  parseCidr,
  strictCidrFaults,
} from './cidr.ts'

const read = (text: string) => parseCidr(text) as Cidr

test('ranges are shown without the bits after their length', () => {
  const rows = [
    ['10.9.8.7/16', '10.9.0.0/16'],
    ['10.9.8.7/32', '10.9.8.7/32'],
    ['10.9.8.7/0', '0.0.0.0/0'],
    ['10.9.8.255/25', '10.9.8.128/25'],
    ['2001:DB8::1/33', '2001:db8::/33'],
    ['fd00:ffff::/20', 'fd00:f000::/20'],
  ] as const
  for (const [text, expected] of rows) assert.equal(formatCidr(read(text)), expected)
  for (const text of ['10.0.0.0', '10.0.0.0/33', '::/129', 'x/8', ''])
    assert.equal(parseCidr(text), undefined)
})

test('a part of a range is smaller than the range and inside it', () => {
  const rows = [
    ['10.1.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/8', false],
    ['0.0.0.0/0', '10.0.0.0/8', false],
    ['11.1.0.0/16', '10.0.0.0/8', false],
    ['2001:db8:1::/48', '2001:db8::/32', true],
    ['::/64', '0.0.0.0/0', false],
  ] as const
  for (const [inner, outer, expected] of rows)
    assert.equal(isWithin(read(inner), read(outer)), expected, inner)
})

test('odd forms are refused in upstream’s words', () => {
  const rows = [
    ['10.0.0.0/8', [], []],
    ['x', ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'], undefined],
    ['010.0.0.0/8', ['must not have leading 0s in IP or prefix length'], undefined],
    ['10.0.0.0/08', ['must not have leading 0s in IP or prefix length'], undefined],
    ['::ffff:10.0.0.0/104', ['must not have an IPv4-mapped IPv6 address'], undefined],
    ['10.0.0.1/8', ['must not have bits set beyond the prefix length'], undefined],
    ['2001:DB8::/32', [], ['must be in canonical form ("2001:db8::/32")']],
  ] as const
  for (const [text, strict, canonical] of rows) {
    assert.deepEqual(strictCidrFaults(text), strict, text)
    assert.deepEqual(canonicalCidrFaults(text), canonical ?? strict, text)
  }
})

test('addresses of interfaces keep the bits after their length', () => {
  assert.deepEqual(interfaceAddressFaults('10.9.8.7/24'), [])
  assert.deepEqual(interfaceAddressFaults('2001:db8::1/64'), [])
  assert.deepEqual(interfaceAddressFaults('010.9.8.7/24'), ['must be in canonical form ("10.9.8.7/24")'])
  assert.deepEqual(interfaceAddressFaults('::ffff:10.9.8.7/120'), [
    'must be in canonical form ("10.9.8.7/24")',
  ])
  assert.equal(interfaceAddressFaults('10.9.8.7').length, 1)
})
