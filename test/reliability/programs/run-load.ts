import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { start, until } from '#testkit/host/process'
import type { ProbedServer } from './probed-server.ts'
import type { LoadReport, LoadSettings } from './watch-load.ts'

const usual: Omit<LoadSettings, 'port'> = {
  watchers: 200,
  protocol: 'http2',
  streamsPerConnection: 25,
  stalled: 0,
  trickling: 0,
  writers: 8,
  writesPerSecond: 20,
  seconds: 8,
  bytes: 500,
  watchSeconds: 4,
  settleSeconds: 20,
}

/** Runs the watch load in a process of its own; `each` is called every second while it runs. */
export async function runLoad(
  t: TestContext,
  server: ProbedServer,
  chosen: Partial<LoadSettings>,
  each: () => void = () => {},
): Promise<LoadReport> {
  const settings: LoadSettings = { ...usual, ...chosen, port: server.port }
  const words = [join(import.meta.dirname, 'watch-load.ts'), JSON.stringify(settings)]
  const client = start(t, process.execPath, words)
  const timer = setInterval(each, 1_000)
  const limitMs = (settings.seconds + 3 * settings.settleSeconds + settings.watchers / 20 + 30) * 1000
  try {
    await until('the end of the load', () => client.child.exitCode !== null, limitMs).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${client.output()}\n${server.output()}`, { cause: error })
      },
    )
  } finally {
    clearInterval(timer)
  }
  assert.equal(server.child.exitCode, null, server.output())
  assert.equal(client.child.exitCode, 0, client.output())
  return JSON.parse(client.output().trim().split('\n').at(-1) as string) as LoadReport
}
