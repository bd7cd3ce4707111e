import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addQuantity,
  canonicalQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityFault,
  quantityMilliValue,
  quantityValue,
  roundToMilli,
} from './quantity.ts'

test('canonicalQuantity() chooses the largest suffix that leaves a whole number', () => {
  const cases = {
    '0': '0',
    '0Gi': '0',
    '-0': '0',
    '1000m': '1',
    '1500m': '1500m',
    '0.1': '100m',
    '1.5Gi': '1536Mi',
    '1024': '1024',
    '1024Ki': '1Mi',
    '1000Ki': '1000Ki',
    '2000': '2k',
    '1e3': '1e3',
    '12e2': '1200',
    '100e-3': '100e-3',
    '0.5Ki': '512',
    '0.0000000001': '1n',
    '1.0000000001': '1000000001n',
    '-1.5': '-1500m',
    '+5': '5',
    '.5': '500m',
    '5.': '5',
    '1000000': '1M',
    '007': '7',
    '1E': '1E',
    '1E3': '1e3',
    '9223372036854775808': '9223372036854775807',
    '100Ei': '9223372036854775807',
    '1.5Ki': '1536',
    '0.25': '250m',
    '128974848': '128974848',
    '123Mi': '123Mi',
  }
  for (const [text, canonical] of Object.entries(cases)) {
    assert.equal(canonicalQuantity(text), canonical, text)
  }
})

test('what is no quantity is refused in upstream’s words', () => {
  for (const text of ['', 'x', '1 Gi', '--1', 'Gi', '1.2.3', '1Gb', '.']) {
    assert.equal(parseQuantity(text), undefined, text)
    assert.match(
      quantityFault(text),
      /^quantities must match the regular expression '\^\(\[\+-\]\?\[0-9\.\]\+\)/,
    )
  }
  for (const text of ['1ki', '1mi', '1K', '1ee', '1e', '1MM']) {
    assert.equal(canonicalQuantity(text), undefined, text)
    assert.equal(quantityFault(text), "unable to parse quantity's suffix")
  }
})

const parsed = (text: string) => parseQuantity(text) as Quantity

test('values round up', () => {
  assert.equal(quantityValue(parsed('1500m')), 2)
  assert.equal(quantityValue(parsed('-1500m')), -2)
  assert.equal(quantityMilliValue(parsed('100u')), 1)
  assert.equal(quantityMilliValue(parsed('2')), 2000)
  assert.equal(quantityValue(parsed('1Gi')), 1024 ** 3)
  assert.equal(formatQuantity(roundToMilli(parsed('1500u'))), '2m')
})

test('a sum keeps the suffixes of its first part', () => {
  const sum = (a: string, b: string) => formatQuantity(addQuantity(parsed(a), parsed(b)))
  assert.equal(sum('1Gi', '1Gi'), '2Gi')
  assert.equal(sum('0', '1Gi'), '1Gi')
  assert.equal(sum('250m', '750m'), '1')
})

const texts = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
    fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi', 'e2', 'e-4'),
  )
  .map(([digits, suffix]) => `${digits}${suffix}`)

test('canonical texts are stable and keep the amount', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const canonical = canonicalQuantity(text) as string
      assert.equal(canonicalQuantity(canonical), canonical)
      assert.equal(compareQuantity(parsed(canonical), parsed(text)), 0)
    }),
  )
})
