import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalMicroTime, canonicalTime, microTimeOf, parseTime, timeOf } from './time.ts'

test('canonicalTime() gives whole seconds in UTC, and nothing for the zero time', () => {
  assert.equal(canonicalTime('2024-02-29T01:02:03Z'), '2024-02-29T01:02:03Z')
  assert.equal(canonicalTime('2024-02-29T01:02:03.999Z'), '2024-02-29T01:02:03Z')
  assert.equal(canonicalTime('2024-01-01T01:00:00+02:00'), '2023-12-31T23:00:00Z')
  assert.equal(canonicalTime('0001-01-01T00:00:00Z'), undefined)
  assert.equal(canonicalTime('0099-01-01T00:00:00Z'), '0099-01-01T00:00:00Z')
})

test('canonicalMicroTime() keeps six digits', () => {
  assert.equal(canonicalMicroTime('2024-01-01T00:00:00.123456Z'), '2024-01-01T00:00:00.123456Z')
  assert.equal(canonicalMicroTime('2024-01-01T00:00:00.000001-01:00'), '2024-01-01T01:00:00.000001Z')
  assert.equal(canonicalMicroTime('0001-01-01T00:00:00.000000Z'), undefined)
  assert.throws(() => canonicalMicroTime('2024-01-01T00:00:00Z'), /cannot parse "Z" as "\.000000"/)
})

test('wrong times are refused as Go refuses them', () => {
  const refusals = {
    yesterday: 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    '2024-01-01': 'parsing time "2024-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
    '2024-01-01T00:00:00':
      'parsing time "2024-01-01T00:00:00" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "Z07:00"',
    '2024-13-01T00:00:00Z': 'parsing time "2024-13-01T00:00:00Z": month out of range',
    '2023-02-29T00:00:00Z': 'parsing time "2023-02-29T00:00:00Z": day out of range',
    '2024-01-01T24:00:00Z': 'parsing time "2024-01-01T24:00:00Z": hour out of range',
    '2024-01-01T00:00:00Zx': 'parsing time "2024-01-01T00:00:00Zx": extra text: "x"',
  }
  for (const [text, message] of Object.entries(refusals)) {
    assert.throws(() => canonicalTime(text), { message })
  }
})

test('moments are formatted and parsed back', () => {
  assert.equal(timeOf(1_700_000_000_999), '2023-11-14T22:13:20Z')
  assert.equal(microTimeOf(1_700_000_000_123), '2023-11-14T22:13:20.123000Z')
  assert.deepEqual(parseTime('2023-11-14T23:13:20.123456789+01:00'), {
    seconds: 1_700_000_000,
    nanos: 123_456_789,
  })
  assert.equal(parseTime('2023-02-30T00:00:00Z'), undefined)
  assert.equal(parseTime('soon'), undefined)
})
