import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addQuantity,
  canonicalQuantity,
  compareQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  type Quantity,
} from './quantity.ts'

const quantity = (text: string) => parseQuantity(text) as Quantity

test('canonicalQuantity() takes the largest suffix that leaves a whole number', () => {
  const cases: [string, string | undefined][] = [
    ['0', '0'],
    ['0Mi', '0'],
    ['1', '1'],
    ['100m', '100m'],
    ['0.1', '100m'],
    ['1000m', '1'],
    ['1.5', '1500m'],
    ['1024Ki', '1Mi'],
    ['1.5Gi', '1536Mi'],
    ['1000', '1k'],
    ['1000k', '1M'],
    ['512', '512'],
    ['0.5Mi', '512Ki'],
    ['0.5Ki', '512'],
    ['1e3', '1e3'],
    ['1000e0', '1e3'],
    ['12E6', '12e6'],
    ['502164Ki', '502164Ki'],
    ['-1', '-1'],
    ['1n', '1n'],
    ['0.0000000001', '1n'],
    ['+5', '5'],
    ['.5', '500m'],
    ['5.', '5'],
    ['1E', '1E'],
    ['', undefined],
    ['.', undefined],
    ['1x', undefined],
    ['1 Gi', undefined],
    ['--1', undefined],
    ['Mi', undefined],
  ]
  for (const [text, canonical] of cases) assert.equal(canonicalQuantity(text), canonical, text)
})

test('values round up', () => {
  assert.equal(quantityValue(quantity('100m')), 1)
  assert.equal(quantityMilliValue(quantity('1.5')), 1500)
  assert.equal(quantityValue(quantity('1Ki')), 1024)
})

test('quantities compare and add exactly across formats', () => {
  assert.equal(compareQuantity(quantity('1'), quantity('1000m')), 0)
  assert.equal(compareQuantity(quantity('1Gi'), quantity('1G')), 1)
  assert.equal(compareQuantity(quantity('1m'), quantity('1')), -1)
  assert.equal(quantityMilliValue(addQuantity(quantity('100m'), quantity('1'))), 1100)
})
