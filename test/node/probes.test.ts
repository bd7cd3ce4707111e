// Probes of real containers: each way of asking, and what comes of the answers.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import type { Event, Pod } from '#kinds/gen/core-v1'
import { createPodManager, type PodManager } from '#kubelet'
import { until } from '#testkit/host/process'
import { startRuntime, testImage, type TestRuntime } from '#testkit/host/runtime'
import { RecordingClient } from '#testkit/recording-client'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-probes-'))
const client = new RecordingClient()
const wanted = new Map<string, Pod>()
const controller = new AbortController()
let runtime: TestRuntime
let manager: PodManager
let running: Promise<void>

before(async () => {
  runtime = await startRuntime(folder)
  manager = createPodManager({
    runtime: runtime.runtime,
    client,
    clock: realClock,
    random: realRandom,
    log: silent,
    node: {
      name: 'node-1',
      hostIPs: ['127.0.0.1'],
      capacity: { cpuMilli: 2000, memoryBytes: 2 ** 31 },
      clusterDNS: [],
      clusterDomain: 'cluster.local',
    },
    rootDir: join(folder, 'kubelet'),
    podLogsDir: join(folder, 'pods'),
    resolvConf: '/etc/resolv.conf',
    relistMs: 300,
  })
  running = manager.run(controller.signal)
  manager.update('file', [])
})

after(async () => {
  controller.abort(new Error('the test is over'))
  await running
  await runtime.close()
  rmSync(folder, { recursive: true, force: true })
})

const shell = (script: string) => ({
  image: testImage,
  imagePullPolicy: 'IfNotPresent',
  command: ['/bin/sh', '-c', `trap 'exit 0' TERM; ${script}; while true; do sleep 0.1; done`],
})

function add(name: string, spec: object): void {
  const metadata = { name, namespace: 'default', uid: `${name}-uid`, resourceVersion: '1' }
  const pod = {
    metadata,
    spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 2, ...spec },
  } as Pod
  client.put('pods', pod)
  wanted.set(name, pod)
  manager.update('api', [...wanted.values()])
}

const statusOf = (name: string) => (client.objects.get(`pods/default/${name}`) as Pod | undefined)?.status
const containerOf = (name: string, container = 'c') =>
  statusOf(name)?.containerStatuses?.find((one) => one.name === container)
const condition = (name: string, type: string) =>
  statusOf(name)?.conditions?.find((one) => one.type === type)?.status
const told = (name: string) =>
  [...client.objects.values()]
    .map((one) => one as unknown as Event)
    .filter(({ involvedObject }) => involvedObject?.name === name)
    .map(({ reason, message }) => `${reason}: ${message}`)
const untilReady = (name: string) => until(`${name} to be ready`, () => condition(name, 'Ready') === 'True')

const often = { periodSeconds: 1, failureThreshold: 1 }

async function inContainer(name: string, command: string): Promise<void> {
  const handle = manager.container(`${name}-uid`, 'c')
  await runtime.runtime.execSync(handle?.id ?? '', ['/bin/sh', '-c', command], 5, never)
}

test('exec: a container is ready while its command says so', async () => {
  add('exec', {
    containers: [
      {
        name: 'c',
        ...shell('true'),
        readinessProbe: { ...often, exec: { command: ['test', '-e', '/tmp/ok'] } },
      },
    ],
  })
  await until('the container to run', () => containerOf('exec')?.state?.running !== undefined)
  await until('a failure to be told', () =>
    told('exec').some((one) => one.startsWith('Unhealthy: Readiness probe failed: ')),
  )
  assert.deepEqual([containerOf('exec')?.ready, condition('exec', 'Ready')], [false, 'False'])
  await inContainer('exec', 'touch /tmp/ok')
  await untilReady('exec')
  await inContainer('exec', 'rm /tmp/ok')
  await until('the container to be unready', () => containerOf('exec')?.ready === false)
  assert.equal(containerOf('exec')?.restartCount, 0)
})

test('exec: a command that takes too long has failed', async () => {
  const readinessProbe = { ...often, timeoutSeconds: 1, exec: { command: ['sleep', '30'] } }
  add('slow', { containers: [{ name: 'c', ...shell('true'), readinessProbe }] })
  await until('the failure to be told', () =>
    told('slow').includes(
      'Unhealthy: Readiness probe failed: command timed out: "sleep 30" timed out after 1s',
    ),
  )
})

test('httpGet: a container that is not alive any more is restarted', async () => {
  const page = 'mkdir /www; echo ok > /www/ok; busybox httpd -p 8080 -h /www'
  add('http', {
    containers: [
      {
        name: 'c',
        ...shell(page),
        ports: [{ name: 'web', containerPort: 8080 }],
        readinessProbe: { ...often, httpGet: { path: '/ok', port: 'web' } },
        livenessProbe: { ...often, httpGet: { path: '/ok', port: 'web' }, terminationGracePeriodSeconds: 1 },
      },
    ],
  })
  await untilReady('http')
  await inContainer('http', 'rm /www/ok')
  await until('the restart', () => containerOf('http')?.restartCount === 1)
  await untilReady('http')
  const events = told('http')
  assert.ok(events.includes('Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404'))
  assert.ok(events.includes('Killing: Container c failed liveness probe, will be restarted'))
})

test('tcpSocket: what comes after startup waits for it', async () => {
  add('tcp', {
    initContainers: [
      {
        name: 'sidecar',
        restartPolicy: 'Always',
        ...shell('sleep 2; busybox httpd -p 9090 -h /'),
        startupProbe: { periodSeconds: 1, failureThreshold: 60, tcpSocket: { port: 9090 } },
      },
    ],
    containers: [{ name: 'c', ...shell('true') }],
  })
  const sidecar = () => statusOf('tcp')?.initContainerStatuses?.[0]
  await until('the sidecar to run', () => sidecar()?.state?.running !== undefined)
  assert.deepEqual(
    [sidecar()?.started, containerOf('tcp')?.state?.waiting?.reason],
    [false, 'PodInitializing'],
  )
  await untilReady('tcp')
  assert.equal(sidecar()?.started, true)
  assert.ok(
    told('tcp').some((one) =>
      /^Unhealthy: Startup probe failed: dial tcp [\d.]+:9090: connect: connection refused$/.test(one),
    ),
  )
})

test('grpc: the health service of a pod on the host`s network', async (t) => {
  const server = new Server()
  const check = {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: (one: Buffer) => one,
    requestDeserialize: (one: Buffer) => one,
    responseSerialize: (one: Buffer) => one,
    responseDeserialize: (one: Buffer) => one,
  } as const
  let serving = 1
  server.addService(
    { check },
    {
      check: (_: unknown, done: (error: null, answer: Buffer) => void) =>
        done(null, Buffer.from([8, serving])),
    },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  t.after(() => server.forceShutdown())
  add('grpc', {
    hostNetwork: true,
    containers: [{ name: 'c', ...shell('true'), readinessProbe: { ...often, grpc: { port } } }],
  })
  await untilReady('grpc')
  serving = 2
  await until('the container to be unready', () => containerOf('grpc')?.ready === false)
  assert.ok(
    told('grpc').includes(
      'Unhealthy: Readiness probe failed: service unhealthy (responded with "NOT_SERVING")',
    ),
  )
})
