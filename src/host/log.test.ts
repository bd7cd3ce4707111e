import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

function record(verbosity = 0) {
  const lines: string[] = []
  const log = createLog({
    part: 'apiserver',
    verbosity,
    write: (line) => lines.push(line),
    now: () => new Date(2026, 10, 3, 4, 5, 6, 78),
  })
  return { log, lines }
}

test('createLog() writes klog lines with quoted values', () => {
  const { log, lines } = record()
  log.info('Serving', {
    port: 6443,
    url: 'https://a',
    err: new Error('no "way"'),
    list: ['a'],
    none: undefined,
  })
  const pid = String(process.pid).padStart(7)
  assert.deepEqual(lines, [
    `I1103 04:05:06.078000 ${pid} apiserver] "Serving" port=6443 url="https://a" err="no \\"way\\"" list=["a"]\n`,
  ])
})

test('createLog() keeps the lines of long text', () => {
  const { log, lines } = record()
  log.error('Failed', { err: 'one\ntwo' })
  assert.match(lines[0] as string, /^E1103 .* "Failed" err=<\n\tone\n\ttwo\n >\n$/)
})

test('createLog() writes v() lines up to the verbosity', () => {
  const { log, lines } = record(2)
  log.v(2, 'seen')
  log.v(3, 'unseen')
  assert.equal(lines.length, 1)
  assert.equal(log.enabled(2), true)
  assert.equal(log.enabled(3), false)
})
