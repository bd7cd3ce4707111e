import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseServiceRange, parseServiceRanges } from './service-range.ts'

test('parseServiceRange() takes an address inside the range for the range', () => {
  assert.deepEqual(parseServiceRange('10.20.0.1/24'), { cidr: '10.20.0.0/24', first: '10.20.0.1' })
  assert.deepEqual(parseServiceRange('10.96.0.0/12'), { cidr: '10.96.0.0/12', first: '10.96.0.1' })
  assert.deepEqual(parseServiceRange('fd00::5:7/112'), { cidr: 'fd00::5:0/112', first: 'fd00::5:1' })
})

test('parseServiceRange() says what is right', () => {
  for (const wrong of ['10.0.0.0', '10.0.0/24', '10.0.0.0/33', 'x', '10.0.0.0/24/1', '']) {
    assert.throws(() => parseServiceRange(wrong), /invalid CIDR address: .*such as 10\.0\.0\.0\/24/, wrong)
  }
  assert.throws(() => parseServiceRange('10.0.0.0/30'), /too small/)
})

test('ranges: one, or one of each family', () => {
  assert.deepEqual(
    parseServiceRanges('').map(({ cidr }) => cidr),
    ['10.0.0.0/24'],
  )
  assert.deepEqual(
    parseServiceRanges('10.1.0.0/16,fd00::/112').map(({ first }) => first),
    ['10.1.0.1', 'fd00::1'],
  )
  assert.throws(() => parseServiceRanges('10.1.0.0/16,10.2.0.0/16'), /must be of different IP family/)
  assert.throws(
    () => parseServiceRanges('10.1.0.0/16,fd00::/112,10.2.0.0/16'),
    /not contain more than two entries/,
  )
})
