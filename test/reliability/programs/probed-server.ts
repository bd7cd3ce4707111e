// A kube-apiserver from the sources, with a probe in it and, where a test wants them, planted faults.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { plantFaults, type PlantedFault } from '#testkit/host/planted-fault'
import { freePort, type Running, start, until } from '#testkit/host/process'
import type { Probed } from './probe.ts'

/** A server that can be asked what it holds. */
export interface ProbedServer extends Running {
  readonly port: number
  readonly url: string
  probed(): Probed
}

/** Where a server keeps its things, for a second one in its place. */
export interface Place {
  readonly folder: string
  readonly port: number
  readonly insecurePort: number
  /** Every server that was started here. */
  readonly started: Running[]
}

const root = resolve(import.meta.dirname, '../../..')

/** A place for a server: a folder of its own, removed when the servers in it have ended, and free ports. */
export async function newPlace(t: TestContext): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-test-'))
  const started: Running[] = []
  t.after(async () => {
    for (const one of started) await one.stop('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return { folder, port: await freePort(), insecurePort: await freePort(), started }
}

/** Starts a server and waits until it is ready. */
export async function startProbed(
  t: TestContext,
  place: Place,
  ...faults: readonly PlantedFault[]
): Promise<ProbedServer> {
  const { folder, port, insecurePort } = place
  const file = join(folder, 'probe.json')
  const env = { ...plantFaults(...faults), KUBELING_PROBE: file }
  const words = [
    `--import=${join(import.meta.dirname, 'probe.ts')}`,
    join(root, 'src/bin/kube-apiserver.ts'),
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--insecure-port=${insecurePort}`,
    `--cert-dir=${folder}/pki`,
    `--data-dir=${folder}/data`,
  ]
  const running = start(t, process.execPath, words, env)
  place.started.push(running)
  const url = `http://127.0.0.1:${insecurePort}`
  await until('the API server', async () => {
    assert.equal(running.child.exitCode, null, running.output())
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok
  })
  for (const fault of faults) assert.ok(running.output().includes(`planted fault in ${fault.file}`))
  return { ...running, port, url, probed: () => JSON.parse(readFileSync(file, 'utf8')) as Probed }
}
