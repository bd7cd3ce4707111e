import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editDistance } from './edit-distance.ts'

test('editDistance() counts letters put in, taken out and changed', () => {
  const rows: [string, string, number][] = [
    ['get', 'get', 0],
    ['gte', 'get', 2],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
  ]
  for (const [one, other, distance] of rows)
    assert.equal(editDistance(one, other), distance, `${one} ${other}`)
})
