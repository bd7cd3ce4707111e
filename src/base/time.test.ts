import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMicroTime, formatTime, microTimeOf, type Moment, parseTime, timeOf } from './time.ts'

test('parseTime() reads RFC 3339 and nothing else', () => {
  assert.deepEqual(parseTime('2016-09-08T08:23:01Z'), { seconds: 1473322981, nanos: 0 })
  assert.deepEqual(parseTime('2016-09-08T10:23:01.5+02:00'), { seconds: 1473322981, nanos: 500_000_000 })
  for (const wrong of [
    '2016-02-30T00:00:00Z',
    '2016-09-08',
    '2016-09-08T25:00:00Z',
    '2016-09-08T08:23:01',
    'x',
  ]) {
    assert.equal(parseTime(wrong), undefined, wrong)
  }
})

test('times are written in UTC with zero or six decimals', () => {
  const moment = parseTime('2016-09-08T10:23:01.123456789+02:00') as Moment
  assert.equal(formatTime(moment), '2016-09-08T08:23:01Z')
  assert.equal(formatMicroTime(moment), '2016-09-08T08:23:01.123456Z')
  assert.equal(timeOf(1473322981999), '2016-09-08T08:23:01Z')
  assert.equal(microTimeOf(1473322981999), '2016-09-08T08:23:01.999000Z')
})
