// The pod part of the kubelet on a containerd of its own.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import { connectRuntime, createPodManager, type PodManager, type Runtime } from '#kubelet'
import type { Event, Pod } from '#kinds/gen/core-v1'
import { containerdLayout } from '../../src/cluster/containerd/layout.ts'
import { type Containerd, startContainerd } from '../../src/cluster/containerd/containerd.ts'
import { sweep } from '../../src/cluster/containerd/sweep.ts'
import { busyboxImage, nginxImage } from '../../src/cluster/images/debian.ts'
import { type Image, toArchive } from '../../src/cluster/images/image.ts'
import { ensurePauseImage, pauseImageName } from '../../src/cluster/images/pause-image.ts'
import { run, until } from '../../testkit/host/process.ts'
import { RecordingClient } from '../../testkit/recording-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-pods-'))
const layout = containerdLayout(folder)
const client = new RecordingClient()
const wanted = new Map<string, Pod>()
let containerd: Containerd
let runtime: Runtime
let manager: PodManager
let stop: () => Promise<void>

function startManager(): void {
  const controller = new AbortController()
  manager = createPodManager({
    runtime,
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
    relistMs: 300,
  })
  const running = manager.run(controller.signal)
  manager.update('file', [])
  tell()
  stop = async () => {
    controller.abort(new Error('the test is over'))
    await running
  }
}

const tell = () => manager.update('api', [...wanted.values()])

async function load(name: string, image: Image): Promise<void> {
  const archive = join(folder, 'image.tar')
  await writeFile(archive, toArchive(image, name))
  const done = await run('ctr', [
    '--address',
    layout.socket,
    '--namespace',
    'k8s.io',
    'images',
    'import',
    archive,
  ])
  assert.equal(done.code, 0, done.stderr)
}

before(async () => {
  runtime = connectRuntime(layout.socket, realClock)
  containerd = await startContainerd({
    layout,
    clock: realClock,
    log: silent,
    sandboxImage: pauseImageName,
    pluginFolder: '/usr/lib/cni',
    isReady: async () => (await runtime.version(never)).name === 'containerd',
  })
  await ensurePauseImage(layout.socket)
  await load('test.local/busybox:1', await busyboxImage())
  await load('test.local/nginx:1', await nginxImage())
  startManager()
})

after(async () => {
  wanted.clear()
  tell()
  await until('all pods to end', async () => (await runtime.listPodSandbox({}, never)).length === 0).catch(
    () => {},
  )
  await stop()
  runtime.close()
  await containerd.close()
  await sweep(layout, realClock, silent)
  rmSync(folder, { recursive: true, force: true })
})

function add(name: string, spec: object): Pod {
  const pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'default', uid: `${name}-uid`, resourceVersion: '1', labels: { app: name } },
    spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 5, ...spec },
    status: { phase: 'Pending' },
  } as unknown as Pod
  client.put('pods', pod)
  wanted.set(name, pod)
  tell()
  return pod
}

function remove(name: string, seconds: number): void {
  const pod = wanted.get(name) as Pod
  const metadata = {
    ...pod.metadata,
    resourceVersion: `delete-${seconds}`,
    deletionTimestamp: new Date(Date.now() + seconds * 1000).toISOString(),
    deletionGracePeriodSeconds: seconds,
  }
  wanted.set(name, { ...pod, metadata })
  tell()
}

const stored = (name: string) => client.objects.get(`pods/default/${name}`) as Pod | undefined
const statusOf = (name: string) => stored(name)?.status
const isReady = (name: string) =>
  statusOf(name)?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')

const gone = (name: string) =>
  until(`${name} to be gone`, () => {
    if (stored(name) !== undefined) return false
    wanted.delete(name)
    tell()
    return true
  })

const page = (host: string) =>
  new Promise<string>((resolve, reject) => {
    get({ host, port: 80, path: '/' }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => resolve(text))
    }).on('error', reject)
  })

test('the pod of the tutorial: two containers share a folder, in spec order, and answer at the pod address', async () => {
  add('web', {
    containers: [
      {
        name: 'nginx-server',
        image: 'test.local/nginx:1',
        imagePullPolicy: 'IfNotPresent',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        volumeMounts: [{ name: 'logs', mountPath: '/var/log/nginx' }],
      },
      {
        name: 'log-output',
        image: 'test.local/busybox:1',
        command: ['/bin/sh'],
        args: ['-c', 'touch /logdir/access.log; exec tail -f /logdir/access.log'],
        volumeMounts: [{ name: 'logs', mountPath: '/logdir' }],
      },
    ],
    volumes: [{ name: 'logs', emptyDir: {} }],
  })
  await until('web to be ready', () => isReady('web'))
  const status = statusOf('web')
  assert.equal(status?.phase, 'Running')
  assert.deepEqual(
    status?.conditions?.map(({ type }) => type),
    ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'],
  )
  assert.ok(status?.conditions?.every((one) => one.status === 'True' && (one.lastProbeTime ?? null) === null))
  assert.deepEqual(
    status?.containerStatuses?.map(({ name }) => name),
    ['log-output', 'nginx-server'],
  )
  for (const one of status?.containerStatuses ?? []) {
    assert.match(one.containerID ?? '', /^containerd:\/\/[0-9a-f]{64}$/)
    assert.match(one.imageID, /sha256:/)
    assert.equal(one.restartCount, 0)
  }
  const started = (name: string) => manager.container('web-uid', name)?.attempt ?? -1
  assert.equal(started('nginx-server'), 0)
  assert.match(await page(status?.podIP ?? ''), /Welcome to nginx/)
  const log = manager.logPath('web-uid', 'log-output') ?? ''
  await until("the request in the other container's log", () =>
    readFileSync(log, 'utf8').includes('GET / HTTP/1.1'),
  )
  const reasons = client
    .all<Event>('events')
    .map(({ reason, involvedObject }) => `${reason} ${involvedObject.fieldPath}`)
  assert.ok(reasons.includes('Started spec.containers{nginx-server}'), reasons.join())
})

test('a restart of the kubelet disturbs nothing', async () => {
  const before = await runtime.listContainers({}, never)
  await stop()
  startManager()
  await until(
    'the pod to be seen again',
    () => manager.container('web-uid', 'nginx-server')?.state === 'running',
  )
  await until('the status', () => manager.statusOf('web-uid')?.phase === 'Running')
  const ids = (list: typeof before) => list.map(({ id, state }) => `${id} ${state}`).sort()
  assert.deepEqual(ids(await runtime.listContainers({}, never)), ids(before))
})

test('deleting a pod ends its processes, then its folders, then its object', async () => {
  remove('web', 5)
  await gone('web')
  const left = await runtime.listPodSandbox({ labels: { 'io.kubernetes.pod.uid': 'web-uid' } }, never)
  assert.deepEqual(left, [])
  assert.equal(existsSync(join(folder, 'kubelet/pods/web-uid')), false)
})

test('a pod that runs to its end succeeds and keeps its log; one that fails says its last words', async () => {
  const image = 'test.local/busybox:1'
  add('job', {
    restartPolicy: 'Never',
    containers: [{ name: 'main', image, command: ['sh', '-c', 'echo done'] }],
  })
  add('bad', {
    restartPolicy: 'Never',
    containers: [{ name: 'main', image, command: ['sh', '-c', 'echo sorry > /dev/termination-log; exit 3'] }],
  })
  await until('job to succeed', () => statusOf('job')?.phase === 'Succeeded')
  await until('bad to fail', () => statusOf('bad')?.phase === 'Failed')
  const terminated = statusOf('bad')?.containerStatuses?.[0]?.state?.terminated
  assert.equal(terminated?.exitCode, 3)
  assert.equal(terminated?.message, 'sorry\n')
  assert.equal(terminated?.reason, 'Error')
  assert.match(readFileSync(manager.logPath('job-uid', 'main') ?? '', 'utf8'), /stdout F done/)
  for (const name of ['job', 'bad']) {
    remove(name, 0)
    await gone(name)
  }
})

test('environment, configuration files and secrets reach the container', async () => {
  client.put('configmaps', { metadata: { name: 'settings', namespace: 'default' }, data: { color: 'green' } })
  client.put('secrets', { metadata: { name: 'key', namespace: 'default' }, data: { token: btoa('s3cret') } })
  add('config', {
    restartPolicy: 'Never',
    initContainers: [{ name: 'first', image: 'test.local/busybox:1', command: ['true'] }],
    containers: [
      {
        name: 'main',
        image: 'test.local/busybox:1',
        command: ['sh', '-c'],
        args: [
          'echo $(COLOR) $POD $IP; cat /etc/settings/color /run/key/t; ls -l /run/key/..data/; id -G; hostname; cat /etc/hosts',
        ],
        env: [
          { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ],
        volumeMounts: [
          { name: 'settings', mountPath: '/etc/settings' },
          { name: 'key', mountPath: '/run/key', readOnly: true },
        ],
      },
    ],
    securityContext: { fsGroup: 1234 },
    volumes: [
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'key', secret: { secretName: 'key', items: [{ key: 'token', path: 't', mode: 0o400 }] } },
    ],
  })
  await until('config to succeed', () => statusOf('config')?.phase === 'Succeeded')
  const log = readFileSync(manager.logPath('config-uid', 'main') ?? '', 'utf8')
  assert.match(log, /green config 10\.\d+\.\d+\.\d+/)
  assert.match(log, /green/)
  assert.match(log, /s3cret/)
  assert.match(log, /1234/)
  assert.match(log, /\tconfig\n/)
  remove('config', 0)
  await gone('config')
})

test('a container that ends is started again, and waits longer each time', async () => {
  add('crash', {
    containers: [{ name: 'main', image: 'test.local/busybox:1', command: ['sh', '-c', 'exit 1'] }],
  })
  await until(
    'a back-off',
    () => statusOf('crash')?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
  )
  const one = statusOf('crash')?.containerStatuses?.[0]
  assert.equal(one?.restartCount, 1)
  assert.equal(one?.lastState?.terminated?.exitCode, 1)
  remove('crash', 1)
  await gone('crash')
})

test('an image that cannot be had is named in the status', async () => {
  add('missing', {
    containers: [{ name: 'main', image: '127.0.0.1:9/none:1', imagePullPolicy: 'IfNotPresent' }],
  })
  await until('the back-off', () =>
    ['ErrImagePull', 'ImagePullBackOff'].includes(
      statusOf('missing')?.containerStatuses?.[0]?.state?.waiting?.reason ?? '',
    ),
  )
  remove('missing', 1)
  await gone('missing')
})

test('a process that does not listen is killed when its grace is over, and a second delete hurries it', async () => {
  const deaf = {
    name: 'main',
    image: 'test.local/busybox:1',
    command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'],
  }
  add('deaf', { containers: [deaf] })
  await until('deaf to run', () => isReady('deaf'))
  remove('deaf', 60)
  await until('the end to begin', () =>
    client
      .all<Event>('events')
      .some(({ reason, involvedObject }) => reason === 'Killing' && involvedObject.name === 'deaf'),
  )
  const from = performance.now()
  remove('deaf', 1)
  await gone('deaf')
  assert.ok(performance.now() - from < 15_000)
})

test('containerd killed and started again: pods go on, none twice', async () => {
  add('steady', { containers: [{ name: 'main', image: 'test.local/busybox:1', command: ['sleep', '1000'] }] })
  await until('steady to run', () => isReady('steady'))
  const before = manager.container('steady-uid', 'main')?.id
  const pid = containerd.pid() as number
  process.kill(pid, 'SIGKILL')
  await until('another containerd', () => containerd.pid() !== undefined && containerd.pid() !== pid)
  await until('an answer', async () => (await runtime.version(never).catch(() => undefined)) !== undefined)
  add('later', { containers: [{ name: 'main', image: 'test.local/busybox:1', command: ['sleep', '1000'] }] })
  await until('later to run', () => isReady('later'))
  assert.equal(manager.container('steady-uid', 'main')?.id, before)
  const running = (await runtime.listContainers({}, never)).filter(({ state }) => state === 'running')
  const names = running.map(({ labels }) => labels['io.kubernetes.pod.name'] ?? '')
  assert.deepEqual(new Set(names), new Set(['later', 'steady']))
  assert.equal(names.length, 2)
})
