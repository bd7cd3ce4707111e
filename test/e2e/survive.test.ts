// kill -9 of each part in the middle of the tutorial: what runs goes on, everything converges, no container is there twice
// and no object is lost.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { never } from '#base/cancel'
import type { Node, Pod } from '#kinds/gen/core-v1'
import { get, http } from './tutorial/exchange.ts'
import { enterMachine } from './tutorial/machine.ts'
import { api, server } from './tutorial/places.ts'
import { isReady, podsPath } from './tutorial/pod.ts'
import { Stage } from './tutorial/stage.ts'

enterMachine()

const stage = new Stage('v1.3')
const podPath = `${podsPath}/nginx-server`
const quick = ['--grace-period=2', '--wait=false']

/** Kills a part, and starts it again unless somebody else does. */
const parts = {
  etcd: { kill: () => stage.killStore(), start: () => stage.startStore() },
  'API server': { kill: () => stage.killApiServer(), start: () => stage.startApiServer() },
  kubelet: { kill: () => stage.killKubelet(), start: () => stage.startKubelet() },
  containerd: { kill: () => stage.killContainerd(), start: () => {} },
}

before(async () => {
  await stage.startStore()
  await stage.startApiServer()
  await stage.startRuntime()
  stage.startKubelet()
  await stage.until('the node to be ready', isNodeReady)
})
after(() => stage.close())

const isNodeReady = async () => {
  const node = await get<Node>(`/api/v1/nodes/${server}`).catch(() => undefined)
  return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
}

/** Names of the containers that run; undefined while containerd is away. */
const running = () =>
  stage.runtime.listContainers({}, never).then(
    (all) =>
      all
        .filter(({ state }) => state === 'running')
        .map(({ labels }) => labels['io.kubernetes.container.name'] as string)
        .sort(),
    () => undefined,
  )

/** Sandboxes that are ready; undefined while containerd is away. */
const sandboxes = () =>
  stage.runtime.listPodSandbox({}, never).then(
    (all) => all.filter(({ ready }) => ready).length,
    () => undefined,
  )

async function podRuns(): Promise<Pod> {
  const pod = await stage.until('the pod to be ready', async () => {
    const found = await get<Pod>(podPath).catch(() => undefined)
    return found !== undefined && isReady(found) && found
  })
  assert.deepEqual(await stage.until('containerd', running), ['log-output', 'nginx-server'])
  assert.equal(await stage.until('containerd', sandboxes), 1)
  return pod
}

/** Everything that the API has, by path and uid. Events come and go. */
async function objects(): Promise<string[]> {
  const paths = ['nodes', 'pods', 'namespaces', 'configmaps']
  const lists = await Promise.all(paths.map((path) => get<{ items: Pod[] }>(`/api/v1/${path}`)))
  return lists
    .flatMap(({ items }) => items.map(({ metadata }) => `${metadata.selfLink} ${metadata.uid}`))
    .sort()
}

const ids = ({ status }: Pod) =>
  status?.containerStatuses?.map((one) => `${one.containerID} ${one.restartCount}`)
const page = async (pod: Pod) =>
  (await fetch(`http://${pod.status?.podIP}`, { signal: AbortSignal.timeout(5000) })).text()

for (const [name, { kill, start }] of Object.entries(parts)) {
  test(`${name} killed while the pod starts`, async () => {
    const { code, stderr } = await stage.kubectl('create', '-f', 'nginx_pod.yml')
    assert.equal(code, 0, stderr)
    await stage.until('its sandbox', async () => ((await sandboxes()) ?? 0) > 0)
    await kill()
    await start()
    assert.match(await page(await podRuns()), /Welcome to nginx/)
  })

  test(`${name} killed while the pod runs`, async () => {
    const pod = await podRuns()
    const before = ids(pod)
    const all = await objects()
    await kill()
    assert.match(await page(pod), /Welcome to nginx/, 'it answers in the meantime')
    await start()
    await stage.until('the node to be ready', isNodeReady)
    assert.deepEqual(ids(await podRuns()), before)
    assert.deepEqual(await objects(), all)
  })

  test(`${name} killed while the pod ends`, async () => {
    const { code, stderr } = await stage.kubectl('delete', 'pods/nginx-server', ...quick)
    assert.equal(code, 0, stderr)
    await kill()
    await start()
    await stage.until('its end', async () => (await http(podPath).catch(() => undefined))?.status === 404)
    await stage.until('its processes to be gone', async () => (await running())?.length === 0)
    await stage.until('its sandbox to be gone', async () => (await sandboxes()) === 0)
  })
}

test('what was acknowledged before a kill is there after it', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `kept-${i}`)
  const acknowledged: string[] = []
  const write = async (name: string) => {
    const body = JSON.stringify({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name } })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${api}/api/v1/namespaces/default/configmaps`, {
      method: 'POST',
      headers,
      body,
    })
    if (answer.status === 201) acknowledged.push(name)
  }
  const writes = Promise.allSettled(names.map(write))
  await stage.until('the first writes', () => acknowledged.length > 0)
  await stage.killApiServer()
  await writes
  await stage.startApiServer()
  const { items } = await get<{ items: Pod[] }>('/api/v1/namespaces/default/configmaps')
  const found = items.map(({ metadata }) => metadata.name as string)
  assert.deepEqual(
    acknowledged.filter((name) => !found.includes(name)),
    [],
  )
})
