// `kubeling node --simulated`: nodes of one process whose pods go through all of a pod's life, in no container.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { isApiError } from '#base/errors'
import { type Client, createClient, httpTransport } from '#client'
import { node as nodes } from '#kinds/core/node'
import { event as events } from '#kinds/core/event'
import { pod as pods } from '#kinds/core/pod/index'
import type { Event, Node, Pod } from '#kinds/gen/core-v1'
import { program, startApiServer } from '../../testkit/host/kubeling.ts'
import { afterwards, run, start, until } from '../../testkit/host/process.ts'

const namespace = 'default'
const prefix = 'simulated.kubeling.io/'

async function cluster(t: TestContext, ...flags: string[]) {
  const server = await startApiServer(t)
  const kubeling = start(t, program('kubeling'), ['node', `--server=${server.url}`, ...flags])
  const client = createClient(httpTransport({ server: server.url }))
  afterwards(t, () => client.transport.close())
  await until('the nodes', () => kubeling.output().includes('Ready. ')).catch((error: Error) => {
    throw new Error(`${error.message}\n${kubeling.output()}`, { cause: error })
  })
  return { client, kubeling, server }
}

const podOf = (name: string, nodeName: string, annotations: Record<string, string> = {}, spec = {}): Pod => ({
  metadata: {
    name,
    namespace,
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, is]) => [prefix + key, is])),
  },
  spec: {
    nodeName,
    terminationGracePeriodSeconds: 30,
    containers: [{ name: 'main', image: `registry.example/${name}:1` }],
    ...spec,
  },
})

const get = (client: Client, name: string) => client.get<Pod>(pods, name, { namespace })
const isGone = (client: Client, name: string) =>
  get(client, name).then(
    () => false,
    (error: unknown) => isApiError(error, 'NotFound'),
  )

test('simulated nodes are ready and run pods from start to end', async (t) => {
  const { client, server } = await cluster(t, '--simulated=20', '--max-pods=12', '--node-labels=zone=a')
  const { items } = await client.list<Node>(nodes)
  assert.equal(items.length, 20)
  for (const { metadata, status } of items) {
    assert.equal(status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True')
    assert.deepEqual([metadata.labels?.['zone'], status?.allocatable?.['pods']], ['a', '12'])
  }
  const names = Array.from({ length: 200 }, (_, i) => `p${i}`)
  const wanted = names.map((name, i) => podOf(name, `simulated-${i % 20}`, {}, { initContainers: [init] }))
  for (let i = 0; i < wanted.length; i += 50)
    await Promise.all(wanted.slice(i, i + 50).map((pod) => client.create(pods, pod)))
  const statuses = async () => (await client.list<Pod>(pods, { namespace })).items.map(({ status }) => status)
  await until('all pods to run', async () =>
    (await statuses()).every((status) => status?.phase === 'Running'),
  )
  const ips = new Set((await statuses()).map((status) => status?.podIP))
  assert.equal(ips.size, 200, 'each has an address of its own')
  await until('its events', async () => {
    const told = (await client.list<Event>(events, { namespace })).items
    const own = told.filter(({ involvedObject }) => involvedObject.name === 'p7').map(({ reason }) => reason)
    const count = (wanted: string) => own.filter((reason) => reason === wanted).length
    return ['Pulled', 'Created', 'Started'].every((reason) => count(reason) === 2)
  })
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  const watches = /^apiserver_request_total\{[^}]*resource="pods"[^}]*verb="WATCH"[^}]*\} (\d+)$/m.exec(
    metrics,
  )
  assert.equal(watches?.[1], '1', 'one watch for all nodes')
  await client.raw('DELETE', `/api/v1/namespaces/${namespace}/pods`)
  await until('all pods to be gone', async () => (await statuses()).length === 0)
})

const init = { name: 'prepare', image: 'registry.example/init:1' }

test('simulated pods fare as their annotations say', async (t) => {
  const { client, kubeling } = await cluster(t, '--simulated=1', '--events=false', '--name-prefix=fake-')
  const never = { restartPolicy: 'Never' }
  const wanted = [
    podOf('done', 'fake-0', { 'run-for': '200ms' }, never),
    podOf('failed', 'fake-0', { 'exit-code': '3' }, never),
    podOf('crashing', 'fake-0', { 'exit-code': '1' }),
    podOf('unpullable', 'fake-0', { 'pull-error': 'no such image here' }),
    podOf('slow', 'fake-0', { 'start-delay': '1h' }),
    podOf('wrong', 'fake-0', { 'run-for': 'ever' }),
    podOf('deaf', 'fake-0', { 'ignore-stop': 'true' }),
    podOf('elsewhere', 'another-0'),
  ]
  for (const pod of wanted) await client.create(pods, pod)
  const phase = async (name: string) => (await get(client, name)).status?.phase
  const main = async (name: string) => (await get(client, name)).status?.containerStatuses?.[0]
  await until('success', async () => (await phase('done')) === 'Succeeded')
  await until('failure', async () => (await phase('failed')) === 'Failed')
  assert.equal((await main('failed'))?.state?.terminated?.exitCode, 3)
  const waiting = (name: string, reason: string) =>
    until(`${reason} of ${name}`, async () => (await main(name))?.state?.waiting?.reason === reason)
  await waiting('crashing', 'CrashLoopBackOff')
  await waiting('unpullable', 'ImagePullBackOff')
  assert.match((await main('unpullable'))?.state?.waiting?.message ?? '', /no such image here/)
  await waiting('slow', 'ContainerCreating')
  await waiting('wrong', 'CreateContainerError')
  assert.match((await main('wrong'))?.state?.waiting?.message ?? '', /run-for: "ever" is no duration/)
  await until('deaf', async () => (await phase('deaf')) === 'Running')
  await client.delete(pods, 'deaf', { namespace, gracePeriodSeconds: 2 })
  await client.delete(pods, 'slow', { namespace })
  await until('slow to be gone', () => isGone(client, 'slow'))
  assert.equal(await isGone(client, 'deaf'), false)
  await until('deaf to be gone', () => isGone(client, 'deaf'))
  assert.equal(await phase('elsewhere'), 'Pending')
  assert.deepEqual((await client.list<Event>(events, { namespace })).items, [])
  assert.equal(await kubeling.stop('SIGTERM'), 0)
})

test('kubeling node says what it lacks', async () => {
  const { code, stderr } = await run(program('kubeling'), ['node'])
  assert.equal(code, 1)
  assert.match(stderr, /^Error: say how many nodes to simulate with --simulated/)
})
