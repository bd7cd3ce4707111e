// A real etcd for a test, in a folder and on ports of its own.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { freePort, start, tempDir, until } from './process.ts'

const program = '/usr/bin/etcd'

/** An etcd that runs. */
export interface Etcd {
  readonly url: string
  stop(signal: NodeJS.Signals): Promise<unknown>
  restart(): Promise<void>
  /** Asks etcd's own interface in JSON, such as `/v3/maintenance/status`. @throws Error when it refuses. */
  ask<Answer>(path: string, body?: object): Promise<Answer>
}

/** Starts etcd, with more flags where they are given; it ends with the test. */
export async function startEtcd(t: TestContext, flags: readonly string[] = []): Promise<Etcd> {
  assert.ok(existsSync(program), `${program} is missing: apt-get install etcd-server`)
  const [client, peer] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${client}`
  const peerUrl = `http://127.0.0.1:${peer}`
  const args = [
    `--data-dir=${tempDir(t)}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--log-level=error',
    ...flags,
  ]
  let running = start(t, program, args)
  const ready = () => until('etcd', async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok)
  await ready()
  return {
    url,
    stop: (signal) => running.stop(signal),
    restart: async () => {
      running = start(t, program, args)
      await ready()
    },
    async ask<Answer>(path: string, body: object = {}) {
      const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`etcd: ${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as Answer
    },
  }
}
