// The JavaScript client: an informer over ten thousand objects, whose server is killed and comes back, misses nothing.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { realClock } from '#host/clock'
import { startApiServer } from '#testkit/host/kubeling'
import { freePort, run, tempDir, until } from '#testkit/host/process'

const clients = resolve(import.meta.dirname, '../clients')
const objects = 10_000
const restarts = 3
const changesPerRound = 200

interface Listed {
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
}
interface Informer {
  on(event: string, told: (object: Listed) => void): void
  start(): Promise<void>
  stop(): Promise<void>
  list(): readonly Listed[]
}
interface ClientNode {
  KubeConfig: new () => {
    loadFromOptions(options: object): void
    makeApiClient(api: unknown): { listNamespacedConfigMap(request: object): Promise<unknown> }
  }
  CoreV1Api: unknown
  makeInformer(config: unknown, path: string, list: () => Promise<unknown>): Informer
}

async function clientNode(): Promise<ClientNode> {
  const entry = join(clients, 'node_modules/@kubernetes/client-node/dist/index.js')
  if (!existsSync(entry)) {
    const { code, stderr } = await run('npm', ['ci', '--prefix', clients])
    assert.equal(code, 0, `npm ci --prefix test/clients: ${stderr}`)
  }
  return (await import(entry)) as ClientNode
}

const path = '/api/v1/namespaces/default/configmaps'

async function send(url: string, method: string, body?: object): Promise<Response> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  return fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': type } }),
  })
}

/** Makes objects, a hundred at a time. */
async function fill(url: string): Promise<void> {
  for (let i = 0; i < objects; i += 100) {
    const batch = Array.from({ length: 100 }, (_, k) => `o${i + k}`)
    const answers = await Promise.all(
      batch.map((name) => send(`${url}${path}`, 'POST', { metadata: { name }, data: { round: '0' } })),
    )
    for (const { status } of answers) assert.equal(status, 201)
  }
}

/** Changes, removes and makes objects; what is not acknowledged does not count. */
async function change(url: string, round: number): Promise<void> {
  for (let i = 0; i < changesPerRound; i++) {
    const name = `o${(round * 1_000 + i * 7) % objects}`
    if (i % 5 === 0) await send(`${url}${path}/${name}`, 'DELETE')
    else await send(`${url}${path}/${name}`, 'PATCH', { data: { round: String(round) } })
  }
  await send(`${url}${path}`, 'POST', { metadata: { name: `round-${round}` } })
}

const stateOf = (items: readonly Listed[]) =>
  new Map(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]))

async function follow(t: TestContext, url: string): Promise<Informer> {
  const client = await clientNode()
  const config = new client.KubeConfig()
  config.loadFromOptions({
    clusters: [{ name: 'c', server: url, skipTLSVerify: true }],
    users: [{ name: 'u' }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  })
  const api = config.makeApiClient(client.CoreV1Api)
  const informer = client.makeInformer(config, path, () =>
    api.listNamespacedConfigMap({ namespace: 'default' }),
  )
  let isOver = false
  const again = () => void realClock.after(100, () => isOver || void informer.start().catch(again))
  informer.on('error', again)
  await informer.start()
  t.after(() => {
    isOver = true
    return informer.stop()
  })
  return informer
}

test('an informer of @kubernetes/client-node misses nothing while its server is killed and comes back', {
  timeout: 180_000,
}, async (t) => {
  const dataDir = tempDir(t)
  const ports = { insecure: await freePort(), secure: await freePort() }
  const startServer = () => startApiServer(t, [`--data-dir=${dataDir}`], ports)
  let server = await startServer()
  await fill(server.url)
  const informer = await follow(t, server.url)
  await until('the first list', async () => informer.list().length >= objects)
  for (let round = 1; round <= restarts; round++) {
    const changing = change(server.url, round).catch(() => {})
    await until('some changes', async () =>
      informer.list().some(({ metadata }) => Number(metadata.resourceVersion) > 0),
    )
    await server.stop('SIGKILL')
    await changing
    server = await startServer()
    await change(server.url, round + 10)
  }
  const truth = async () => {
    const answer = (await (await fetch(`${server.url}${path}`)).json()) as { items: Listed[] }
    return stateOf(answer.items)
  }
  const expected = await truth()
  await until(
    'the informer to know it all',
    async () => {
      const known = stateOf(informer.list())
      return (
        known.size === expected.size && [...expected].every(([name, version]) => known.get(name) === version)
      )
    },
    60_000,
  )
  assert.deepEqual(stateOf(informer.list()), await truth())
})
