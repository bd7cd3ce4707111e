import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { start, until } from '#testkit/host/process'
import type { ProbedServer } from './probed-server.ts'
import type { StormReport, StormSettings } from './storm-client.ts'

/** A storm that is under way. */
export interface Storm {
  /** Resolves when all have what there was. */
  readonly synced: Promise<unknown>
  readonly report: Promise<StormReport>
}

/** Starts the clients of a storm, in a process of their own. */
export async function startStorm(
  t: TestContext,
  server: ProbedServer,
  settings: Omit<StormSettings, 'port'>,
): Promise<Storm> {
  const words = [
    join(import.meta.dirname, 'storm-client.ts'),
    JSON.stringify({ ...settings, port: server.port }),
  ]
  const client = start(t, process.execPath, words)
  const wait = (mark: string) =>
    until(
      mark,
      () => {
        assert.equal(server.child.exitCode, null, server.output())
        const lines = client.output().split('\n').slice(0, -1)
        const found = lines.find((line) => line.startsWith(mark))
        assert.ok(found !== undefined || client.child.exitCode === null, client.output())
        return found
      },
      (2 * settings.timeoutSeconds + 10) * 1000,
    )
  const report = wait('{').then((line) => JSON.parse(line) as StormReport)
  return { synced: wait('synced'), report }
}

/** Asks ten times a second whether the server is ready; the function that is given ends this and says when it was not. */
export function askReady(t: TestContext, server: ProbedServer): () => string[] {
  const notReady: string[] = []
  const timer = setInterval(() => {
    fetch(`${server.url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      (answer) => answer.ok || notReady.push(String(answer.status)),
      (error: unknown) => notReady.push(String(error)),
    )
  }, 100)
  t.after(() => clearInterval(timer))
  return () => {
    clearInterval(timer)
    return notReady
  }
}

/** Creates an object. @throws AssertionError when it is refused. */
export async function create(server: ProbedServer, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await answer.text()
  assert.equal(answer.status, 201, text)
}
