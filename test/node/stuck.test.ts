// What hangs hangs alone: hooks that never end, a registry that never answers, a runtime that stands still. Other pods go on, a pod that is deleted meanwhile ends in its time, and all recovers.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import { createPodManager, type PodManager, readRuntime } from '#kubelet'
import type { Container, Event, Pod } from '#kinds/gen/core-v1'
import { until } from '../../testkit/host/process.ts'
import { startRuntime, testImage, type TestRuntime } from '../../testkit/host/runtime.ts'
import { RecordingClient } from '../../testkit/recording-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-stuck-'))
const client = new RecordingClient()
const wanted = new Map<string, Pod>()
const stop = new AbortController()
let own: TestRuntime
let manager: PodManager
let running: Promise<void>

before(async () => {
  own = await startRuntime(folder)
  manager = createPodManager({
    runtime: own.runtime,
    client,
    clock: realClock,
    random: realRandom,
    log: silent,
    node: {
      name: 'node-1',
      hostIPs: ['192.0.2.1'],
      capacity: { cpuMilli: 2000, memoryBytes: 2 ** 31 },
      clusterDNS: [],
      clusterDomain: 'cluster.local',
    },
    rootDir: join(folder, 'kubelet'),
    podLogsDir: join(folder, 'pods'),
    resolvConf: '/etc/resolv.conf',
    sources: ['api'],
    relistMs: 300,
  })
  running = manager.run(stop.signal)
  tell()
})

after(async () => {
  wanted.clear()
  tell()
  await until(
    'all pods to end',
    async () => (await own.runtime.listPodSandbox({}, never)).length === 0,
  ).catch(() => {})
  stop.abort(new Error('the test is over'))
  await running
  await own.close()
  rmSync(folder, { recursive: true, force: true })
})

const tell = () => manager.update('api', [...wanted.values()])
let version = 0

function add(name: string, main: Partial<Container> = {}): void {
  const pod: Pod = {
    metadata: { name, namespace: 'default', uid: `${name}-uid`, resourceVersion: String(++version) },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 2,
      containers: [
        {
          name: 'main',
          image: testImage,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'],
          ...main,
        },
      ],
    },
  }
  client.put('pods', structuredClone(pod))
  wanted.set(name, pod)
  tell()
}

function remove(name: string): void {
  const pod = wanted.get(name) as Pod
  const metadata = {
    ...pod.metadata,
    resourceVersion: String(++version),
    deletionTimestamp: new Date().toISOString(),
    deletionGracePeriodSeconds: 2,
  }
  wanted.set(name, { ...pod, metadata })
  tell()
}

const statusOf = (name: string) => (client.objects.get(`pods/default/${name}`) as Pod | undefined)?.status
const isRunning = (name: string) => statusOf(name)?.phase === 'Running'
const exists = (name: string) => client.objects.has(`pods/default/${name}`)

/** Another pod starts and ends as if nothing were the matter. */
async function bystander(name: string): Promise<void> {
  add(name)
  await until(`${name} to run`, () => isRunning(name), 10_000)
  remove(name)
  await until(`${name} to be gone`, () => !exists(name), 10_000)
  wanted.delete(name)
}

/** The pod goes, in its grace and what a removal takes. */
async function goes(name: string, limitMs = 6000): Promise<void> {
  const from = performance.now()
  remove(name)
  await until(`${name} to be gone`, () => !exists(name), 20_000)
  wanted.delete(name)
  const tookMs = performance.now() - from
  assert.ok(tookMs < limitMs, `${name} took ${Math.round(tookMs)} ms to go`)
}

const endless = { exec: { command: ['sleep', '1000'] } }
const reasons = (name: string) =>
  client
    .all<Event>('events')
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason }) => reason)

test('a preStop hook that never ends takes no more than the grace', async () => {
  add('before-stop', { lifecycle: { preStop: endless } })
  await until('it to run', () => isRunning('before-stop'))
  const going = goes('before-stop', 8000)
  await bystander('beside-pre-stop')
  await going
  assert.ok(reasons('before-stop').includes('FailedPreStopHook'))
})

test('a postStart hook that never ends holds up its own pod alone, and its deletion cuts it off', async () => {
  add('after-start', { lifecycle: { postStart: endless } })
  await until('its container', async () => {
    const all = await own.runtime.listContainers({}, never)
    return all.some(
      (one) => one.labels['io.kubernetes.pod.name'] === 'after-start' && one.state === 'running',
    )
  })
  await bystander('beside-post-start')
  await goes('after-start')
})

test('a registry that never answers holds up those who need it alone, and a deletion cuts the pull off', async (t) => {
  const sockets: Socket[] = []
  const registry = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(registry, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    registry.close()
  })
  const { port } = registry.address() as { port: number }
  add('pulling', { image: `127.0.0.1:${port}/stalled:1` })
  await until('the pull', () => sockets.length > 0)
  await bystander('beside-pull')
  assert.equal(statusOf('pulling')?.containerStatuses?.[0]?.state?.waiting?.reason, 'ContainerCreating')
  await goes('pulling')
})

test('a runtime that stands still is told of, and pods start and end when it goes on', async () => {
  add('steady')
  await until('steady to run', () => isRunning('steady'))
  const pid = own.containerd.pid() as number
  process.kill(pid, 'SIGSTOP')
  const asked = readRuntime(own.runtime, realClock, never, 1000)
  add('late')
  const { fault } = await asked
  assert.match(fault ?? '', /did not answer/)
  assert.equal(isRunning('late'), false)
  process.kill(pid, 'SIGCONT')
  await until('late to run', () => isRunning('late'))
  assert.equal((await readRuntime(own.runtime, realClock, never)).fault, undefined)
  assert.equal(statusOf('steady')?.containerStatuses?.[0]?.restartCount, 0)
  await goes('late')
  await goes('steady')
})
