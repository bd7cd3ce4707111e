import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalIpFaults, cidrFaults, formatIp, ipFaults, lenientIpFaults, parseIp } from './ip.ts'

const wrong = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

test('addresses are read and written in canonical form', () => {
  const rows: [text: string, canonical: string | undefined][] = [
    ['10.0.0.1', '10.0.0.1'],
    ['010.0.0.01', '10.0.0.1'],
    ['256.0.0.1', undefined],
    ['10.0.0', undefined],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['10:0:0:0:0:0:0:1', '10::1'],
    ['1:2:3:4:5:6:7', undefined],
    ['1::2::3', undefined],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['g::', undefined],
    ['', undefined],
  ]
  for (const [text, canonical] of rows) {
    const ip = parseIp(text)
    assert.equal(ip && formatIp(ip), canonical, text)
  }
})

test('fields differ in the odd forms that they take', () => {
  assert.deepEqual(lenientIpFaults('010.0.0.1'), [])
  assert.deepEqual(lenientIpFaults('x'), [wrong])
  assert.deepEqual(ipFaults('010.0.0.1'), ['must not have leading 0s'])
  assert.deepEqual(ipFaults('::ffff:10.0.0.1'), ['must not be an IPv4-mapped IPv6 address'])
  assert.deepEqual(canonicalIpFaults('2001:DB8::1'), ['must be in canonical form ("2001:db8::1")'])
  assert.deepEqual(canonicalIpFaults('10.0.0.1'), [])
})

test('ranges need an address and a length that fits', () => {
  const cidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
  for (const text of ['10.0.0.0/8', '::/0', '2001:db8::/128']) assert.deepEqual(cidrFaults(text), [], text)
  for (const text of ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/x', '/8']) {
    assert.deepEqual(cidrFaults(text), [cidr], text)
  }
})
