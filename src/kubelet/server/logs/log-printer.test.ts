import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTime } from '#base/time'
import { LogPrinter, nineDigits } from './log-printer.ts'

const lines = [
  '2026-01-02T03:04:05.1Z stdout F one',
  '2026-01-02T03:04:06.123456789Z stderr P tw',
  '2026-01-02T03:04:06.2Z stderr F o',
  '2026-01-02T03:04:07Z stdout F ',
  'no line of a log',
  '2026-01-02T03:04:08Z stdin F never',
]
const text = Buffer.from(`${lines.join('\n')}\n`)

function print(options: Partial<ConstructorParameters<typeof LogPrinter>[0]>, input = text): string {
  const whole = { timestamps: false, since: undefined, stream: undefined, limitBytes: undefined, ...options }
  return new LogPrinter(whole).print(input).toString()
}

test('LogPrinter prints what was written: pieces of a line joined, what is no line left out', () => {
  assert.equal(print({}), 'one\ntwo\n\n')
})

test('LogPrinter puts the time of nine digits before each line, not before its pieces', () => {
  assert.equal(
    print({ timestamps: true }),
    '2026-01-02T03:04:05.100000000Z one\n2026-01-02T03:04:06.123456789Z two\n2026-01-02T03:04:07.000000000Z \n',
  )
})

test('LogPrinter leaves out what is older, to the nanosecond', () => {
  assert.equal(print({ since: parseTime('2026-01-02T03:04:06.123456789Z') }), 'two\n\n')
  assert.equal(print({ since: parseTime('2026-01-02T03:04:06.12345679Z') }), 'o\n\n')
})

test('LogPrinter prints one stream when asked to', () => {
  assert.equal(print({ stream: 'stderr' }), 'two\n')
})

test('LogPrinter stops at the limit, in the middle of a line', () => {
  const printer = new LogPrinter({ timestamps: false, since: undefined, stream: undefined, limitBytes: 5 })
  assert.equal(printer.print(text).toString(), 'one\nt')
  assert.equal(printer.isSpent, true)
  assert.equal(printer.print(text).length, 0)
})

test('LogPrinter takes a last line without its end', () => {
  assert.equal(print({}, Buffer.from('2026-01-02T03:04:05Z stdout F half')), 'half')
  assert.equal(print({}, Buffer.from('2026-01-02T03:04:05Z stdout P half')), 'half')
})

test('nineDigits() keeps the zone', () => {
  assert.equal(nineDigits('2026-01-02T03:04:05.5+02:00'), '2026-01-02T03:04:05.500000000+02:00')
  assert.equal(nineDigits('yesterday'), 'yesterday')
})
