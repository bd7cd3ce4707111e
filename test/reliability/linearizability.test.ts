// 32 clients write and read the same few objects while the server is paused and killed: what they saw must be possible for
// one object that does one thing at a time. KUBELING_OPERATIONS: how many operations in all on each backend (8,000).
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sleep } from '#base/clock'
import { realClock } from '#host/clock'
import { startEtcd } from '#testkit/host/etcd'
import { type RunningApiServer, startApiServer } from '#testkit/host/kubeling'
import { ObjectClients } from '#testkit/host/object-clients'
import type { PlantedFault } from '#testkit/host/planted-fault'
import { freePort, tempDir, until } from '#testkit/host/process'
import { objectFaults } from '#testkit/object-faults'
import { seededRandom } from '#testkit/seeded-random'

const operations = Number(process.env.KUBELING_OPERATIONS ?? 8_000)
const seed = Number(process.env.KUBELING_SEED ?? 1)
const clients = 32
/** After so many operations something happens to a server. */
const calm = 1_500
const pauseMs = 150

/** Servers on one store that are stopped and started again on their ports. */
interface Servers {
  readonly urls: readonly string[]
  pause(): Promise<void>
  kill(): Promise<void>
}

async function startServers(
  t: TestContext,
  args: readonly string[],
  count: number,
  faults: readonly PlantedFault[],
): Promise<Servers> {
  const ports = await Promise.all(
    Array.from({ length: count }, async () => ({ insecure: await freePort(), secure: await freePort() })),
  )
  const certDir = tempDir(t)
  const startOne = (i: number) =>
    startApiServer(t, [...args, `--cert-dir=${certDir}`], ports[i], undefined, faults)
  const running: RunningApiServer[] = []
  for (let i = 0; i < count; i++) running.push(await startOne(i))
  let turn = 0
  const next = () => turn++ % count
  return {
    urls: running.map(({ url }) => url),
    async pause() {
      const { pid } = running[next()] as RunningApiServer
      process.kill(pid, 'SIGSTOP')
      // Time that passes is the fault here.
      await sleep(realClock, pauseMs, t.signal)
      process.kill(pid, 'SIGCONT')
    },
    async kill() {
      const i = next()
      await running[i]?.stop('SIGKILL')
      running[i] = await startOne(i)
    },
  }
}

/** Runs clients under pauses and kills, and gives what is wrong with what they saw. */
async function faultsOf(t: TestContext, servers: Servers, count: number): Promise<string[]> {
  const all = new ObjectClients(servers.urls, seededRandom(seed))
  const work = all.run(clients, count)
  let isKill = false
  for (let at = calm; at < count - calm / 2; at += calm) {
    await until(`${at} operations`, () => all.begun >= at, 120_000)
    await (isKill ? servers.kill() : servers.pause())
    isKill = !isKill
  }
  await work
  const faults = objectFaults(all.seen)
  const { acknowledged, lists, histories } = all.seen
  t.diagnostic(
    `${all.begun} operations on ${histories.size} objects, ${acknowledged.length} writes acknowledged, ${lists.length} lists, seed ${seed}`,
  )
  return faults
}

const limits = { timeout: 60_000 + operations * 3 }

test(`${operations} operations on the embedded store are linearizable`, limits, async (t) => {
  const servers = await startServers(t, [`--data-dir=${tempDir(t)}`], 1, [])
  assert.deepEqual(await faultsOf(t, servers, operations), [])
})

test(`${operations} operations on two servers that share an etcd are linearizable`, limits, async (t) => {
  const { url } = await startEtcd(t)
  const servers = await startServers(t, [`--etcd-servers=${url}`], 2, [])
  assert.deepEqual(await faultsOf(t, servers, operations), [])
})

const writesFile = 'src/store/sqlite/writes.ts'
const planted: Readonly<Record<string, PlantedFault & { readonly found: RegExp }>> = {
  'a conflict that is not noticed': {
    file: writesFile,
    find: 'else requireCurrent(key, this.#complete(current, task.expected), task.expected)',
    replace: '',
    found: /^the operations on object-/m,
  },
  'a write that is lost': {
    file: writesFile,
    find: 'this.#point.run(key, revision, createRevision, task.expiresMs ?? null)',
    replace:
      'if (revision % 97 !== 0) this.#point.run(key, revision, createRevision, task.expiresMs ?? null)',
    found: /^the operations on object-/m,
  },
  'a resourceVersion that is given twice': {
    file: writesFile,
    find: "return { type: 'put', key, revision, createRevision, value",
    replace:
      "return { type: 'put', key, revision: revision % 101 === 0 ? revision - 1 : revision, createRevision, value",
    found: /^resourceVersion \d+ was given to/m,
  },
}

for (const [name, fault] of Object.entries(planted)) {
  test(`planted: ${name} is found`, { timeout: 60_000 }, async (t) => {
    const servers = await startServers(t, [`--data-dir=${tempDir(t)}`], 1, [fault])
    assert.match((await faultsOf(t, servers, 2_500)).join('\n'), fault.found)
  })
}

test('planted: a read from a cache that is behind is found', { timeout: 60_000 }, async (t) => {
  const { url } = await startEtcd(t)
  const late: PlantedFault = {
    file: 'src/store/etcd/feed.ts',
    find: 'if (stream === this.#stream && !this.#over) this.#take(response)',
    replace: 'setTimeout(() => { if (stream === this.#stream && !this.#over) this.#take(response) }, 30)',
  }
  const stale: PlantedFault = {
    file: 'src/apiserver/verbs/get.ts',
    find: 'if (!(await core.feed.fresh(freshWithinMs)))',
    replace: 'if (freshWithinMs < 0)',
  }
  const servers = await startServers(t, [`--etcd-servers=${url}`], 2, [late, stale])
  assert.match((await faultsOf(t, servers, 2_500)).join('\n'), /^the operations on object-/m)
})
