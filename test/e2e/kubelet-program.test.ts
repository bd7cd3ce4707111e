// The programs as users start them: kube-apiserver and kubelet side by side, each killed in the middle.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { type Client, createClient, httpTransport } from '#client'
import { node as nodes } from '#kinds/core/node'
import { pod as pods } from '#kinds/core/pod/index'
import type { Node, Pod } from '#kinds/gen/core-v1'
import { program, startApiServer } from '../../testkit/host/kubeling.ts'
import { freePort, type Running, start, until } from '../../testkit/host/process.ts'
import { startRuntime, type TestRuntime } from '../../testkit/host/runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-kubelet-'))
const manifests = join(folder, 'manifests')
let own: TestRuntime
let runtime: TestRuntime['runtime']

before(async () => {
  mkdirSync(manifests)
  own = await startRuntime(folder)
  ;({ runtime } = own)
})

after(async () => {
  await own.close()
  rmSync(folder, { recursive: true, force: true })
})

const running = async () =>
  (await runtime.listContainers({}, never))
    .filter(({ state }) => state === 'running')
    .map(({ id }) => id)
    .sort()

const isReady = async (client: Client, name: string) => {
  const found = await client.get<Pod>(pods, name, { namespace: 'default' }).catch(() => undefined)
  return found?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
}

const spec = {
  nodeName: 'node-1',
  terminationGracePeriodSeconds: 1,
  containers: [
    {
      name: 'main',
      image: 'test.local/busybox:1',
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', '-c', 'echo hello; exec sleep 1000'],
    },
  ],
}
const bare = (name: string, more: object = {}) =>
  ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'default' },
    spec: { ...spec, ...more },
  }) as Pod

function startKubelet(t: TestContext, args: readonly string[], port = 0): Running {
  const all = [
    `--container-runtime-endpoint=unix://${own.layout.socket}`,
    `--cgroup-root=${own.layout.cgroup}`,
    '--hostname-override=node-1',
    '--node-ip=127.0.0.1',
    `--root-dir=${join(folder, 'kubelet')}`,
    `--pod-logs-dir=${join(folder, 'pods')}`,
    `--pod-manifest-path=${manifests}`,
    '--address=127.0.0.1',
    `--port=${port}`,
    '--healthz-port=0',
    '--eviction-hard=memory.available<1Mi',
    '--node-status-update-frequency=1s',
    ...args,
  ]
  return start(t, program('kubelet'), all)
}

test('a kubelet alone runs pods from files', async (t) => {
  const { nodeName: _, ...unbound } = spec
  await writeFile(join(manifests, 'alone.json'), JSON.stringify({ ...bare('alone'), spec: unbound }))
  const kubelet = startKubelet(t, [])
  await until('the pod to run', async () => (await running()).length === 1).catch((error: Error) => {
    throw new Error(`${error.message}\n${kubelet.output()}`, { cause: error })
  })
  rmSync(join(manifests, 'alone.json'))
  await until('the pod to end', async () => (await runtime.listPodSandbox({}, never)).length === 0)
  assert.equal(await kubelet.stop(), 0)
})

test('API server and kubelet killed in turn: the same containers run, and both come back', async (t) => {
  const first = await startApiServer(t, ['--etcd-prefix=/registry', `--data-dir=${join(folder, 'store')}`])
  const ports = {
    insecure: Number(new URL(first.url).port),
    secure: Number(new URL(first.secureUrl).port),
  }
  const client = createClient(httpTransport({ server: first.url }))
  t.after(() => client.transport.close())
  const port = await freePort()
  const args = [`--api-servers=${first.url}`, `--client-ca-file=${join(first.certDir, 'ca.crt')}`]
  let kubelet = startKubelet(t, args, port)
  const told = (error: Error) => {
    throw new Error(`${error.message}\n${kubelet.output()}`, { cause: error })
  }
  await client.create(pods, bare('web'), { namespace: 'default' })
  await until('web to be ready', () => isReady(client, 'web')).catch(told)
  const node = await client.get<Node>(nodes, 'node-1')
  assert.equal(node.status?.daemonEndpoints?.kubeletEndpoint?.Port, port)
  const before = await running()

  await first.stop('SIGKILL')
  await kubelet.stop('SIGKILL')
  kubelet = startKubelet(t, args, port)
  await until('the kubelet to miss the API server', () =>
    kubelet.output().includes('Cannot register the node'),
  )
  assert.deepEqual(await running(), before, 'a kubelet that cannot reach the API server leaves pods alone')
  const args2 = first.args.filter((arg) => !arg.startsWith('--bind-address') && !arg.includes('-port='))
  const second = await startApiServer(t, args2, ports)
  await client.create(pods, bare('later'), { namespace: 'default' })
  await until('later to be ready', () => isReady(client, 'later')).catch(told)
  const both = await running()
  assert.equal(both.length, 2)
  assert.ok(before.every((id) => both.includes(id)))

  const log = await client.raw('GET', '/api/v1/namespaces/default/pods/web/log')
  assert.equal(log, 'hello\n')
  await second.stop('SIGKILL')
  const third = await startApiServer(t, args2, ports)
  await client.delete(pods, 'later', { namespace: 'default' })
  await until('later to be gone', async () => (await running()).length === 1).catch(told)
  assert.deepEqual(await running(), before)
  assert.equal(await kubelet.stop(), 0)
  assert.deepEqual(await running(), before, 'a kubelet that is stopped leaves its containers')
  await third.stop()
})

test('a kubelet in a cluster reads its kubeconfig, and tells the old fields of its node when asked to', async (t) => {
  const server = await startApiServer(t)
  const config = join(folder, 'kubeconfig.yaml')
  await writeFile(
    config,
    `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: local, user: me}}]
clusters: [{name: local, cluster: {server: ${server.secureUrl}, certificate-authority: ${server.certDir}/ca.crt}}]
users: [{name: me, user: {}}]
`,
  )
  const kubelet = startKubelet(t, [`--kubeconfig=${config}`, '--node-labels=zone=a', '--compat=v1.3'])
  const client = createClient(httpTransport({ server: server.url }))
  t.after(() => client.transport.close())
  const node = await until('the node', () => client.get<Node>(nodes, 'node-1').catch(() => undefined)).catch(
    (error: Error) => {
      throw new Error(`${error.message}\n${kubelet.output()}`, { cause: error })
    },
  )
  assert.equal(node.metadata.labels?.['zone'], 'a')
  assert.equal(node.spec?.externalID, 'node-1')
  assert.deepEqual(node.status?.addresses?.[0], { type: 'LegacyHostIP', address: '127.0.0.1' })
  assert.equal(node.status?.capacity?.['alpha.kubernetes.io/nvidia-gpu'], '0')
  const outOfDisk = node.status?.conditions?.find(({ type }) => type === 'OutOfDisk')
  assert.equal(outOfDisk?.reason, 'KubeletHasSufficientDisk')
  assert.ok(Object.values(node.status?.nodeInfo ?? {}).every((value) => value !== ''))
  const beat = ({ status }: Node) => status?.conditions?.at(-1)?.lastHeartbeatTime
  await until('a heartbeat', async () => beat(await client.get<Node>(nodes, 'node-1')) !== beat(node))
  await until('the pods of the other cluster to end', async () => (await running()).length === 0)
})
