import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { silent } from '#base/log'
import { FakeRuntime } from '#testkit/fake-runtime'
import { VirtualClock } from '#testkit/virtual-clock'
import type { PodManager } from '../contract.ts'
import { keepLogsShort } from './keep-logs-short.ts'
import { rotateLog } from './rotate-log.ts'

const limits = { bytesMax: 4, filesMax: 3 }
const at = Date.UTC(2026, 0, 2, 3, 4, 5)

function folder(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'kubeling-rotate-'))
  t.after(() => rmSync(path, { recursive: true }))
  return { path, log: join(path, '0.log'), names: () => readdirSync(path).sort() }
}

test('a log that is short, or not there, is left alone', async (t) => {
  const { log, names } = folder(t)
  const never = () => assert.fail('nothing to reopen')
  await rotateLog(log, limits, at, never)
  writeFileSync(log, '1234')
  await rotateLog(log, limits, at, never)
  assert.deepEqual(names(), ['0.log'])
})

test('a long log is put aside, older ones are packed, the oldest goes', async (t) => {
  const { path, log, names } = folder(t)
  for (const [i, text] of ['first', 'second', 'third', 'fourth'].entries()) {
    writeFileSync(log, text)
    await rotateLog(log, limits, at + i * 60_000, async () => writeFileSync(log, ''))
  }
  writeFileSync(join(path, '0.log.20260102-030400.tmp'), 'leavings')
  assert.deepEqual(names(), [
    '0.log',
    '0.log.20260102-030400.tmp',
    '0.log.20260102-030605.gz',
    '0.log.20260102-030705',
  ])
  assert.equal(gunzipSync(readFileSync(join(path, '0.log.20260102-030605.gz'))).toString(), 'third')
  writeFileSync(log, 'fifth')
  await rotateLog(log, limits, at + 300_000, async () => writeFileSync(log, ''))
  assert.equal(existsSync(join(path, '0.log.20260102-030400.tmp')), false)
})

test('a log whose writer cannot be told is put back', async (t) => {
  const { log, names } = folder(t)
  writeFileSync(log, 'long text')
  await assert.rejects(
    rotateLog(log, limits, at, async () => {
      throw new Error('no runtime')
    }),
    /no runtime/,
  )
  assert.deepEqual(names(), ['0.log'])
  assert.equal(readFileSync(log, 'utf8'), 'long text')
})

test('keepLogsShort() looks at running containers, and goes on after a fault', async (t) => {
  const { log, names } = folder(t)
  writeFileSync(log, 'long text')
  const clock = new VirtualClock(at)
  const runtime = new FakeRuntime({ clock })
  let isAway = true
  const reopened: string[] = []
  runtime.reopenContainerLog = async (id: string) => {
    if (isAway) throw new Error('away')
    reopened.push(id)
  }
  const containers = [{ name: 'main' }, { name: 'ended' }]
  const pods = {
    pods: () => [{ metadata: { uid: 'u' }, spec: { containers } }],
    container: (_: string, name: string) => ({ id: name, state: name === 'main' ? 'running' : 'exited' }),
    logPath: () => log,
  } as unknown as PodManager
  const stop = new AbortController()
  const over = keepLogsShort({ pods, runtime, clock, log: silent, limits }, stop.signal)
  const tick = async (isDone: () => boolean) => {
    while (!isDone()) await clock.advance(10_000)
  }
  let looks = 0
  await tick(() => ++looks > 3)
  isAway = false
  await tick(() => reopened.length > 0)
  assert.deepEqual(reopened, ['main'])
  assert.equal(names().length, 1)
  stop.abort()
  await over
})
