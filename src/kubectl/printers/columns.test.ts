import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Columns } from './columns.ts'

test('columns stand three spaces apart, and the last cell is not padded', () => {
  assert.equal(
    new Columns().format([
      ['NAME', 'READY', 'AGE'],
      ['a-long-name', '1/1', '5s'],
    ]),
    'NAME          READY   AGE\na-long-name   1/1     5s\n',
  )
})

test('rows printed later stand under those before', () => {
  const columns = new Columns()
  assert.equal(
    columns.format([
      ['NAME', 'X'],
      ['abcdefgh', '1'],
    ]),
    'NAME       X\nabcdefgh   1\n',
  )
  assert.equal(columns.format([['a', '2']]), 'a          2\n')
  assert.equal(columns.format([['abcdefghij', '3']]), 'abcdefghij   3\n')
})

test('narrow cells are six wide, and characters count once', () => {
  assert.equal(new Columns().format([['a', 'b']]), 'a     b\n')
  assert.equal(
    new Columns().format([
      ['äöü€', 'b'],
      ['abcd', 'c'],
    ]),
    'äöü€   b\nabcd   c\n',
  )
})
