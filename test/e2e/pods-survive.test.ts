// kill -9 of the API server, the kubelet and containerd, each at several moments while the tutorial's pod starts and while
// it ends: everything converges, with one instance of each container and no object lost.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { isApiError } from '#base/errors'
import { type Client, createClient, httpTransport } from '#client'
import { realClock } from '#host/clock'
import { pod as pods } from '#kinds/core/pod/index'
import type { Pod } from '#kinds/gen/core-v1'
import { program, type RunningApiServer, startApiServer } from '../../testkit/host/kubeling.ts'
import { freePort, type Running, start, until } from '../../testkit/host/process.ts'
import { startRuntime, type TestRuntime } from '../../testkit/host/runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-survive-'))
const momentsMs = [0, 80, 200, 400]
let own: TestRuntime
let containerd: TestRuntime['containerd']
let runtime: TestRuntime['runtime']

before(async () => {
  own = await startRuntime(folder)
  ;({ runtime, containerd } = own)
})

after(async () => {
  await own.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The tutorial's pod: a server that logs into a folder, and a container that prints the log. */
const podOf = (name: string) =>
  ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName: 'node-1',
      terminationGracePeriodSeconds: 2,
      containers: [
        {
          name: 'server',
          image: 'test.local/busybox:1',
          imagePullPolicy: 'IfNotPresent',
          command: [
            'sh',
            '-c',
            'trap "exit 0" TERM; while :; do date >> /var/log/access.log; sleep 0.2; done',
          ],
          volumeMounts: [{ name: 'logs', mountPath: '/var/log' }],
        },
        {
          name: 'log-output',
          image: 'test.local/busybox:1',
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', 'trap "exit 0" TERM; tail -F /logdir/access.log & wait'],
          volumeMounts: [{ name: 'logs', mountPath: '/logdir' }],
        },
      ],
      volumes: [{ name: 'logs', emptyDir: {} }],
    },
  }) as Pod

/** A cluster of two programs that can be killed and started again as they were. */
async function cluster(t: TestContext) {
  const data = [
    `--data-dir=${mkdtempSync(join(folder, 'store-'))}`,
    `--cert-dir=${join(folder, 'certificates')}`,
  ]
  const ports = { insecure: await freePort(), secure: await freePort() }
  const server = `http://127.0.0.1:${ports.insecure}`
  const client = createClient(httpTransport({ server }))
  t.after(() => client.transport.close())
  const args = [
    `--api-servers=${server}`,
    `--container-runtime-endpoint=${own.layout.socket}`,
    '--hostname-override=node-1',
    '--node-ip=127.0.0.1',
    `--root-dir=${join(folder, 'kubelet')}`,
    `--pod-logs-dir=${join(folder, 'pods')}`,
    '--port=0',
    '--healthz-port=0',
  ]
  const state = {
    apiServer: (await startApiServer(t, data, ports)) as RunningApiServer,
    kubelet: start(t, program('kubelet'), args) as Running,
  }
  const kill = {
    apiServer: async () => {
      await state.apiServer.stop('SIGKILL')
      state.apiServer = await startApiServer(t, data, ports)
    },
    kubelet: async () => {
      await state.kubelet.stop('SIGKILL')
      state.kubelet = start(t, program('kubelet'), args)
    },
    containerd: async () => {
      const pid = containerd.pid() as number
      process.kill(pid, 'SIGKILL')
      await until('another containerd', () => containerd.pid() !== undefined && containerd.pid() !== pid)
    },
  }
  return { client, kill, output: () => state.kubelet.output() }
}

const pause = (ms: number) => new Promise<void>((resolve) => void realClock.after(ms, resolve))

/** The pod, or undefined while the API server is away. @throws NotFound. */
async function look(client: Client, name: string): Promise<Pod | undefined> {
  try {
    return await client.get<Pod>(pods, name, { namespace: 'default' })
  } catch (error) {
    if (isApiError(error, 'NotFound')) throw error
    return undefined
  }
}

const isGone = (client: Client, name: string) =>
  look(client, name).then(
    () => false,
    (error: unknown) => isApiError(error, 'NotFound'),
  )

/** Names of the containers that run, or undefined while the runtime is away. */
const runningNames = () =>
  runtime.listContainers({}, never).then(
    (all) =>
      all
        .filter(({ state }) => state === 'running')
        .map(({ labels }) => `${labels['io.kubernetes.pod.name']}/${labels['io.kubernetes.container.name']}`)
        .sort(),
    () => undefined,
  )

for (const victim of ['apiServer', 'kubelet', 'containerd'] as const) {
  test(`${victim} killed while a pod starts, runs and ends`, async (t) => {
    const { client, kill, output } = await cluster(t)
    const told = (error: Error) => {
      throw new Error(`${error.message}\n${output()}`, { cause: error })
    }
    const steady = ['steady/log-output', 'steady/server']
    const isReady = async (name: string) =>
      (await look(client, name))?.status?.conditions?.some(
        ({ type, status }) => type === 'Ready' && status === 'True',
      )
    await client.create(pods, podOf('steady'), { namespace: 'default' })
    await until('steady to be ready', () => isReady('steady')).catch(told)
    const ids = async () =>
      (await look(client, 'steady'))?.status?.containerStatuses?.map((one) => one.containerID)
    const before = await ids()
    for (const [i, afterMs] of momentsMs.entries()) {
      const name = `pod-${i}`
      await client.create(pods, podOf(name), { namespace: 'default' })
      await pause(afterMs)
      await kill[victim]()
      await until(`${name} to be ready (killed after ${afterMs} ms)`, () => isReady(name)).catch(told)
      const expected = [`${name}/log-output`, `${name}/server`, ...steady]
      assert.deepEqual(await until('the runtime', runningNames), expected)
      await client.delete(pods, name, { namespace: 'default' })
      await pause(afterMs)
      await kill[victim]()
      await until(`${name} to be gone (killed after ${afterMs} ms)`, () => isGone(client, name)).catch(told)
      await until('its processes to be gone', async () => (await runningNames())?.length === 2).catch(told)
      assert.deepEqual(await runningNames(), steady)
    }
    assert.deepEqual(await ids(), before, 'the pod that only ran was not touched')
    const steadyNow = await look(client, 'steady')
    assert.deepEqual(
      steadyNow?.status?.containerStatuses?.map(({ restartCount }) => restartCount),
      [0, 0],
    )
    await client.delete(pods, 'steady', { namespace: 'default' })
    await until('all to be gone', async () => (await runtime.listPodSandbox({}, never)).length === 0).catch(
      told,
    )
  })
}
