// SIGTERM under load: what the server has taken on it also answers. An object that is there afterwards and was never
// acknowledged is a request that failed although it was done. KUBELING_TERM_ROUNDS: how often, for each protocol (3).
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type RunningApiServer, startApiServer } from '#testkit/host/kubeling'
import {
  type CreateOne,
  createOverHttp1,
  createOverHttp2,
  createUntilGone,
} from '#testkit/host/create-until-gone'
import type { PlantedFault } from '#testkit/host/planted-fault'
import { tempDir, until } from '#testkit/host/process'

const rounds = Number(process.env.KUBELING_TERM_ROUNDS ?? 3)
const clients = 16

const protocols: Readonly<Record<string, (server: RunningApiServer) => CreateOne | Promise<CreateOne>>> = {
  'HTTP/1.1': ({ url }) => createOverHttp1(url),
  'HTTP/2': ({ secureUrl }) => createOverHttp2(secureUrl),
}

interface Round {
  readonly exit: number | string
  readonly acknowledged: number
  /** Done without an answer, and answered without being done. */
  readonly unanswered: readonly string[]
  readonly lost: readonly string[]
  readonly watch: string
}

/** One server from its start to its end, and what its successor finds. */
async function endOnce(
  t: TestContext,
  protocol: string,
  round: number,
  faults: readonly PlantedFault[] = [],
): Promise<Round> {
  const dataDir = tempDir(t)
  const server = await startApiServer(t, [`--data-dir=${dataDir}`], undefined, undefined, faults)
  const create = await protocols[protocol]?.(server)
  const watch = fetch(`${server.url}/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=0`)
  const { names, over } = createUntilGone(create as CreateOne, clients)
  const told = (await watch).text().catch((error: Error) => `broken: ${error.message}`)
  await until('some writes', () => names.size > 100 + ((round * 53) % 300))
  const exit = await server.stop('SIGTERM')
  await over
  const successor = await startApiServer(t, [`--data-dir=${dataDir}`])
  const list = (await (await fetch(`${successor.url}/api/v1/namespaces/default/configmaps`)).json()) as {
    items: { metadata: { name: string } }[]
  }
  await successor.stop('SIGKILL')
  const found = new Set(list.items.map(({ metadata }) => metadata.name))
  return {
    exit,
    acknowledged: names.size,
    unanswered: [...found].filter((name) => name.startsWith('c') && !names.has(name)),
    lost: [...names].filter((name) => !found.has(name)),
    watch: await told,
  }
}

for (const protocol of Object.keys(protocols)) {
  test(`SIGTERM under load over ${protocol}, ${rounds} times: every request that was done is answered`, {
    timeout: 30_000 * rounds,
  }, async (t) => {
    let acknowledged = 0
    for (let round = 0; round < rounds; round++) {
      const result = await endOnce(t, protocol, round)
      assert.equal(result.exit, 0)
      assert.deepEqual(result.lost, [])
      assert.deepEqual(result.unanswered, [])
      for (const line of result.watch.trimEnd().split('\n'))
        assert.notEqual((JSON.parse(line) as { type: string }).type, 'ERROR')
      acknowledged += result.acknowledged
    }
    t.diagnostic(`${acknowledged} writes acknowledged over ${rounds} ends`)
  })
}

test('planted: a server that cuts its connections at once is found', { timeout: 120_000 }, async (t) => {
  const cut: PlantedFault = {
    file: 'src/apiserver/listen/listen.ts',
    find: 'const release = this.#options.clock.after(graceMs, () => this.#cut())',
    replace: 'this.#cut(); const release = () => {}',
  }
  for (let round = 0; round < 10; round++) {
    const { unanswered, watch } = await endOnce(t, 'HTTP/1.1', round, [cut])
    if (unanswered.length > 0) return assert.match(watch, /broken/)
  }
  assert.fail('nothing was found in 10 rounds')
})
