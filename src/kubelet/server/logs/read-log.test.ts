import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { VirtualClock } from '#testkit/virtual-clock'
import type { LogOptions } from './log-options.ts'
import { readLog } from './read-log.ts'

const all: LogOptions = {
  follow: false,
  previous: false,
  timestamps: false,
  tailLines: undefined,
  since: undefined,
  limitBytes: undefined,
  stream: undefined,
}

const line = (text: string) => `2026-01-02T03:04:05Z stdout F ${text}\n`

/** A log on disk, and a reader of it whose time the test moves. */
function log(t: TestContext, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-log-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, '0.log')
  writeFileSync(path, text)
  const clock = new VirtualClock()
  const state = { isRunning: true }
  const source = { path, clock, isRunning: async () => state.isRunning }
  return {
    path,
    clock,
    state,
    read: (options: Partial<LogOptions>) => readLog(source, { ...all, ...options }, never),
  }
}

async function textOf(pieces: AsyncGenerator<Buffer>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece.toString()
  return text
}

/** Lets time go by until the promise is settled: files are read by other threads. */
async function during<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let isOver = false
  void promise.finally(() => {
    isOver = true
  })
  while (!isOver) await clock.advance(250)
  return promise
}

test('readLog() reads a whole log, or its last lines', async (t) => {
  const { read } = log(t, line('one') + line('two') + line('three'))
  assert.equal(await textOf(read({})), 'one\ntwo\nthree\n')
  assert.equal(await textOf(read({ tailLines: 2 })), 'two\nthree\n')
  assert.equal(await textOf(read({ tailLines: 0 })), '')
  assert.equal(await textOf(read({ tailLines: 9 })), 'one\ntwo\nthree\n')
  assert.equal(await textOf(read({ limitBytes: 6 })), 'one\ntw')
})

test('readLog() finds the last lines of a log that is longer than it reads at once', async (t) => {
  const count = 5000
  const { read } = log(t, Array.from({ length: count }, (_, i) => line(`number ${i}`)).join(''))
  const last = await textOf(read({ tailLines: 3000 }))
  assert.equal(last.split('\n').length, 3001)
  assert.match(last, /^number 2000\n/)
  assert.equal((await textOf(read({}))).split('\n').length, count + 1)
})

test('readLog() reads lines longer than it reads at once, and one that is not ended', async (t) => {
  const long = 'x'.repeat(200_000)
  const { read } = log(t, line(long) + line('end').trimEnd())
  assert.equal(await textOf(read({})), `${long}\nend`)
})

test('readLog() follows a log until its container has ended', async (t) => {
  const { path, clock, state, read } = log(t, line('one'))
  const pieces = read({ follow: true })
  assert.equal(String((await pieces.next()).value), 'one\n')
  const second = pieces.next()
  appendFileSync(path, line('two').slice(0, 10))
  await clock.advance(1000)
  appendFileSync(path, line('two').slice(10))
  assert.equal(String((await during(clock, second)).value), 'two\n')
  appendFileSync(path, line('last words'))
  state.isRunning = false
  assert.equal(await during(clock, textOf(pieces)), 'last words\n')
})

test('readLog() goes on in the new file when the old one is put aside', async (t) => {
  const { path, clock, state, read } = log(t, line('one'))
  const pieces = read({ follow: true })
  assert.equal(String((await pieces.next()).value), 'one\n')
  appendFileSync(path, line('two'))
  renameSync(path, `${path}.20260102-030405`)
  writeFileSync(path, line('three'))
  state.isRunning = false
  assert.equal(await during(clock, textOf(pieces)), 'two\nthree\n')
})

test('readLog() ends when its reader goes', async (t) => {
  const { path, clock } = log(t, line('one'))
  const gone = new AbortController()
  const source = { path, clock, isRunning: async () => true }
  const pieces = readLog(source, { ...all, follow: true }, gone.signal)
  await pieces.next()
  const rest = textOf(pieces)
  gone.abort()
  assert.equal(await rest, '')
})
