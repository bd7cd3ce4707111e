import assert from 'node:assert/strict'
import { test } from 'node:test'
import { age, humanDuration } from './human-duration.ts'

test('humanDuration() keeps two units where upstream does', () => {
  const minute = 60_000
  const hour = 60 * minute
  const cases: [number, string][] = [
    [-5000, '<invalid>'],
    [-1000, '0s'],
    [0, '0s'],
    [119_000, '119s'],
    [2 * minute, '2m'],
    [200_000, '3m20s'],
    [10 * minute, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [3.5 * hour, '3h30m'],
    [8 * hour, '8h'],
    [48 * hour, '2d'],
    [60 * hour, '2d12h'],
    [192 * hour, '8d'],
    [24 * 400 * hour, '400d'],
    [24 * 800 * hour, '2y70d'],
    [24 * 3650 * hour, '10y'],
  ]
  for (const [ms, text] of cases) assert.equal(humanDuration(ms), text)
})

test('age() is unknown without a time', () => {
  assert.equal(age(undefined, 0), '<unknown>')
  assert.equal(age('1970-01-01T00:00:10Z', 15_000), '5s')
})
