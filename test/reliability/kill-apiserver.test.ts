// kill -9 of the API server under load, on the embedded store and on etcd: no acknowledged write is lost, no version
// that was read either, resource versions only rise, and a watch goes on without a gap or gets 410.
// KUBELING_KILL_ROUNDS: 15 by default, 1000 in the long form; KUBELING_KILL_ETCD_ROUNDS: 5, 200 (KUBELING_KILL_SEED: 1).
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { Agent } from 'node:http'
import { type TestContext, test } from 'node:test'
import { startEtcd } from '#testkit/host/etcd'
import { startApiServer } from '#testkit/host/kubeling'
import type { PlantedFault } from '#testkit/host/planted-fault'
import { freePort, tempDir } from '#testkit/host/process'
import { seededRandom } from '#testkit/seeded-random'
import { type ConfigMaps, ask } from './ask.ts'
import { KillLoad } from './kill-load.ts'
import { latePromise } from './store-faults.ts'
import { WatchModel } from './watch-model.ts'

const rounds = Number(process.env.KUBELING_KILL_ROUNDS ?? 15)
const etcdRounds = Number(process.env.KUBELING_KILL_ETCD_ROUNDS ?? 5)
const seed = Number(process.env.KUBELING_KILL_SEED ?? 1)

interface Figures {
  readonly readyMs: number[]
  readonly load: KillLoad
  readonly watch: WatchModel
}

/** Starts, checks, loads and kills a server, again and again. @throws AssertionError when a promise is broken. */
async function kill(t: TestContext, count: number, store: string, faults: readonly PlantedFault[] = []) {
  const ports = { insecure: await freePort(), secure: await freePort() }
  const certDir = tempDir(t)
  const random = seededRandom(seed)
  const figures: Figures = { readyMs: [], load: new KillLoad(random), watch: new WatchModel() }
  for (let round = 0; round <= count; round++) {
    const startedMs = performance.now()
    const server = await startApiServer(t, [store, `--cert-dir=${certDir}`], ports, undefined, faults)
    figures.readyMs.push(performance.now() - startedMs)
    const list = await listAll(server.url)
    figures.load.check(list)
    await figures.watch.resume(server.url, list)
    const until = figures.load.acknowledged + 20 + Math.floor(random.next() * 200)
    const load = figures.load.run(server.url)
    // A load that has failed stands still.
    let over = false
    load.catch(() => void (over = true))
    while (figures.load.acknowledged < until && !over) await new Promise((resolve) => setImmediate(resolve))
    await server.stop('SIGKILL')
    await load
  }
  return figures
}

async function listAll(url: string): Promise<ConfigMaps> {
  const answer = await ask(new Agent(), 'GET', `${url}/api/v1/namespaces/default/configmaps`)
  assert.equal(answer?.code, 200, answer?.text ?? 'no answer')
  return JSON.parse(answer?.text ?? '') as ConfigMaps
}

function report(t: TestContext, { readyMs, load, watch }: Figures): void {
  const sorted = readyMs.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] as number)
  t.diagnostic(
    `${load.acknowledged} acknowledged writes and ${load.reads} reads over ${readyMs.length} kills: 0 lost`,
  )
  t.diagnostic(
    `the watch told ${watch.events} events with 0 gaps and was refused ${watch.relists} times with 410`,
  )
  t.diagnostic(`ready again: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
}

test(`kill -9 of the API server with the embedded store, ${rounds} times, loses nothing`, {
  timeout: 7_200_000,
}, async (t) => {
  report(t, await kill(t, rounds, `--data-dir=${tempDir(t)}`))
})

test(`kill -9 of the API server on etcd, ${etcdRounds} times, loses nothing`, {
  timeout: 7_200_000,
  skip: existsSync('/usr/bin/etcd') ? false : '/usr/bin/etcd is missing: apt-get install etcd-server',
}, async (t) => {
  const etcd = await startEtcd(t)
  report(t, await kill(t, etcdRounds, `--etcd-servers=${etcd.url}`))
})

test('a server that answers before it commits is found out by kill -9', { timeout: 300_000 }, async (t) => {
  await assert.rejects(kill(t, 20, `--data-dir=${tempDir(t)}`, latePromise), { name: 'AssertionError' })
})
