// A whole kubelet on a containerd of its own, with an API server in this process and upstream's kubectl in front of it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { never } from '#base/cancel'
import { silent } from '#base/log'
import { type Client, createClient, inProcessTransport } from '#client'
import { type RunningApiServer, type RunningKubelet, startApiServer, startKubelet } from '#cluster'
import { files } from '#host/files'
import { createLog } from '#host/log'
import { realClock } from '#host/clock'
import { realRandom } from '#host/random'
import { event as events } from '#kinds/core/event'
import { node as nodes } from '#kinds/core/node'
import { pod as pods } from '#kinds/core/pod/index'
import type { Event, Node, Pod } from '#kinds/gen/core-v1'
import { connectRuntime, type Runtime } from '#kubelet'
import { containerdLayout } from '../../src/cluster/containerd/layout.ts'
import { type Containerd, startContainerd } from '../../src/cluster/containerd/containerd.ts'
import { sweep } from '../../src/cluster/containerd/sweep.ts'
import { busyboxImage } from '../../src/cluster/images/debian.ts'
import { type Image, toArchive } from '../../src/cluster/images/image.ts'
import { ensurePauseImage, pauseImageName } from '../../src/cluster/images/pause-image.ts'
import { freePort, run, until } from '../../testkit/host/process.ts'
import { upstreamKubectl } from '../../testkit/host/upstream-kubectl.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeling-node-'))
const layout = containerdLayout(folder)
const manifests = join(folder, 'manifests')
const log = process.env.KUBELET_LOG ? createLog({ part: 'kubelet', verbosity: 2 }) : silent
const host = { clock: realClock, random: realRandom, log, files }
const upstream = ['1.27', '1.30', '1.33'].flatMap((version) => upstreamKubectl(version) ?? [])
let apiServer: RunningApiServer
let client: Client
let containerd: Containerd
let runtime: Runtime
let kubelet: RunningKubelet

async function load(name: string, image: Image): Promise<void> {
  const archive = join(folder, 'image.tar')
  await writeFile(archive, toArchive(image, name))
  const address = ['--address', layout.socket, '--namespace', 'k8s.io']
  const done = await run('ctr', [...address, 'images', 'import', archive])
  assert.equal(done.code, 0, done.stderr)
}

function startNode(): Promise<RunningKubelet> {
  return startKubelet(
    {
      client,
      runtimeEndpoint: layout.socket,
      nodeName: 'node-1',
      nodeIPs: ['127.0.0.1'],
      rootDir: join(folder, 'kubelet'),
      podLogsDir: join(folder, 'pods'),
      manifestPath: manifests,
      cgroupRoot: layout.cgroup,
      server: { address: '127.0.0.1', port: 0 },
      ...(apiServer.authority && { clientCa: apiServer.authority.certificate }),
      evictionHard: {},
      logLimits: { bytesMax: 100_000, filesMax: 5 },
      statusMs: 500,
    },
    host,
  )
}

before(async () => {
  mkdirSync(manifests)
  apiServer = await startApiServer(
    {
      store: { kind: 'memory' },
      secure: { address: '127.0.0.1', port: 0 },
      insecure: { address: '127.0.0.1', port: 0 },
      advertiseAddress: '127.0.0.1',
      certDir: join(folder, 'certificates'),
    },
    { ...host, log: silent },
  )
  client = createClient(inProcessTransport(apiServer.server))
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
  kubelet = await startNode()
})

after(async () => {
  await kubelet?.endPods()
  await kubelet?.close()
  runtime?.close()
  await containerd?.close()
  await sweep(layout, realClock, silent)
  await apiServer?.close()
  rmSync(folder, { recursive: true, force: true })
})

const kubectl = (program: string, args: readonly string[], input?: string, timeoutMs = 60_000) =>
  run(program, ['--server', apiServer.insecureUrl as string, ...args], {
    env: { HOME: folder, KUBECONFIG: '/dev/null' },
    timeoutMs,
    ...(input !== undefined && { input }),
  })

const getPod = (name: string) => client.get<Pod>(pods, name, { namespace: 'default' }).catch(() => undefined)
const isReady = async (name: string) =>
  (await getPod(name))?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')

const script =
  'echo first; echo second >&2; mkdir -p /www; echo page > /www/index.html; httpd -p 8080 -h /www; i=0; while [ $i -lt 600 ]; do echo tick $i; i=$((i+1)); sleep 1; done'

function podOf(name: string, command: readonly string[]): Pod {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName: 'node-1',
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'main',
          image: 'test.local/busybox:1',
          imagePullPolicy: 'IfNotPresent',
          command: [...command],
        },
      ],
    },
  } as Pod
}

test('the node registers and becomes ready', async () => {
  const node = await until('the node to be ready', async () => {
    const found = await client.get<Node>(nodes, 'node-1').catch(() => undefined)
    return (
      found?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') && found
    )
  })
  assert.equal(node.metadata.labels?.['kubernetes.io/hostname'], 'node-1')
  assert.equal(
    node.status?.daemonEndpoints?.kubeletEndpoint?.Port,
    Number(new URL(kubelet.url as string).port),
  )
})

test('a pod bound to the node runs, says so, and is reached by kubectl', async (t) => {
  await client.create(pods, podOf('web', ['sh', '-c', script]), { namespace: 'default' })
  await until('web to be ready', () => isReady('web'))
  for (const program of upstream) {
    await t.test(program, async () => {
      const logs = await kubectl(program, ['logs', 'web', '--tail=3'])
      assert.equal(logs.code, 0, logs.stderr)
      const all = await kubectl(program, ['logs', 'web'])
      // Two streams: the runtime copies each in its own time.
      assert.match(all.stdout, /^first$/m)
      assert.match(all.stdout, /^second$/m)
      const exec = await kubectl(program, ['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])
      assert.equal(exec.stdout, 'out\n')
      assert.match(exec.stderr, /^err\n/)
      assert.equal(exec.code, 7, exec.stderr)
      const piped = await kubectl(program, ['exec', '-i', 'web', '--', 'cat'], 'through\n'.repeat(50_000))
      assert.equal(piped.stdout.length, 8 * 50_000, piped.stderr)
      const port = await freePort()
      const forward = spawn(
        program,
        ['--server', apiServer.insecureUrl as string, 'port-forward', 'pod/web', `${port}:8080`],
        {
          env: { HOME: folder, KUBECONFIG: '/dev/null' },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      let said = ''
      forward.stdout.on('data', (chunk: Buffer) => (said += chunk))
      forward.stderr.on('data', (chunk: Buffer) => (said += chunk))
      try {
        await until(`port-forward (${said})`, () => said.includes('Forwarding from'))
        const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
        assert.equal(page, 'page\n', said)
        const again = await (await fetch(`http://127.0.0.1:${port}/`)).text()
        assert.equal(again, 'page\n', said)
      } finally {
        forward.kill()
      }
    })
  }
})

test('a log is followed to the end of its container, and the one before it can be had', async () => {
  const program = upstream.at(-1)
  if (program === undefined) return
  const command = ['sh', '-c', 'echo begin; sleep 1; echo end; exit 1']
  await client.create(pods, podOf('short', command), { namespace: 'default' })
  await until('short to run', async () => (await getPod('short'))?.status?.phase === 'Running')
  const followed = await kubectl(program, ['logs', '-f', 'short'])
  assert.equal(followed.stdout, 'begin\nend\n', followed.stderr)
  await until(
    'a restart',
    async () => ((await getPod('short'))?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0,
  )
  const previous = await kubectl(program, ['logs', '-p', 'short', '--timestamps'])
  assert.match(
    previous.stdout,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}\S+ begin\n\S+ end\n$/,
    previous.stderr,
  )
  const none = await kubectl(program, ['logs', 'web', '-c', 'other'])
  assert.match(none.stderr, /container other is not valid for pod web/)
  const deleted = await kubectl(program, ['delete', 'pod', 'short', '--timeout=20s'])
  assert.equal(deleted.code, 0, deleted.stderr)
})

test('attach shows what a container goes on to write; a long log is put aside', async () => {
  const program = upstream.at(-1)
  if (program === undefined) return
  const line =
    'i=0; while [ $i -lt 9000 ]; do echo "line $i of a log that becomes long"; i=$((i+1)); done; sleep 1000'
  await client.create(pods, podOf('long', ['sh', '-c', `sleep 2; ${line}`]), { namespace: 'default' })
  await until('long to be ready', () => isReady('long'))
  const all = [
    kubectl(program, ['logs', '-f', 'long', '--limit-bytes=300000']),
    kubectl(program, ['attach', 'long'], undefined, 8000),
  ]
  const path = kubelet.pods.logPath((await getPod('long'))?.metadata.uid ?? '', 'main') ?? ''
  await until('a rotation', () => readdirSync(dirname(path)).length > 1)
  const [followed, attached] = await Promise.all(all)
  const expected = Array.from({ length: 9000 }, (_, i) => `line ${i} of a log that becomes long\n`).join('')
  assert.equal(followed?.stdout, expected.slice(0, 300_000), followed?.stderr ?? '')
  assert.ok((attached?.stdout.length ?? 0) > 1000, attached?.stderr ?? '')
  assert.ok(expected.includes(attached?.stdout.split('\n').slice(1, -1).join('\n') ?? ''))
  await client.delete(pods, 'long', { namespace: 'default' })
  await until('long to be gone', async () => (await getPod('long')) === undefined)
})

test('a client that speaks WebSocket runs a command', async () => {
  const base = (apiServer.insecureUrl as string).replace('http:', 'ws:')
  const path =
    '/api/v1/namespaces/default/pods/web/exec?command=sh&command=-c&command=echo+out%3Becho+err+%3E%262&stdout=1&stderr=1'
  const socket = new WebSocket(`${base}${path}`, ['v4.channel.k8s.io'])
  socket.binaryType = 'arraybuffer'
  const channels = new Map<number, string>()
  socket.addEventListener('message', ({ data }) => {
    const bytes = Buffer.from(data as ArrayBuffer)
    const channel = bytes[0] as number
    channels.set(channel, (channels.get(channel) ?? '') + bytes.subarray(1).toString())
  })
  await once(socket, 'close')
  assert.equal(channels.get(1), 'out\n')
  assert.equal(channels.get(2), 'err\n')
  assert.equal((JSON.parse(channels.get(3) ?? '{}') as { status?: string }).status, 'Success')
})

test('what happens to the node is told as events', async () => {
  const { items } = await client.list<Event>(events, { namespace: 'default' })
  const reasons = items
    .filter(({ involvedObject }) => involvedObject.kind === 'Node')
    .map(({ reason }) => reason)
  for (const reason of ['Starting', 'NodeHasSufficientMemory', 'NodeReady'])
    assert.ok(reasons.includes(reason), reason)
})

const manifest = (command: string) => `apiVersion: v1
kind: Pod
metadata:
  name: fixed
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: test.local/busybox:1
    imagePullPolicy: IfNotPresent
    command: [sh, -c, '${command}']
`

test('a pod from a manifest runs, is shown in the API, comes back there, changes and goes with its file', async () => {
  await writeFile(join(manifests, 'fixed.yaml'), manifest('sleep 1000'))
  await until('fixed-node-1 to be ready', () => isReady('fixed-node-1'))
  const mirror = (await getPod('fixed-node-1')) as Pod
  assert.equal(mirror.metadata.annotations?.['kubernetes.io/config.source'], 'file')
  assert.equal(mirror.metadata.ownerReferences?.[0]?.kind, 'Node')
  const hash = mirror.metadata.annotations?.['kubernetes.io/config.mirror'] as string
  const before = kubelet.pods.container(hash, 'main')?.id
  assert.match(before ?? '', /^[0-9a-f]{64}$/)
  await client.delete(pods, 'fixed-node-1', { namespace: 'default' })
  await until('the mirror to come back', async () => {
    const found = await getPod('fixed-node-1')
    return found && found.metadata.uid !== mirror.metadata.uid && (await isReady('fixed-node-1'))
  })
  assert.equal(kubelet.pods.container(hash, 'main')?.id, before)
  await writeFile(join(manifests, 'fixed.yaml'), manifest('echo changed; sleep 1000'))
  await until('the changed pod', async () => {
    const found = await getPod('fixed-node-1')
    const other = found?.metadata.annotations?.['kubernetes.io/config.mirror'] !== hash
    return other && (await isReady('fixed-node-1'))
  })
  rmSync(join(manifests, 'fixed.yaml'))
  await until('the mirror to go', async () => (await getPod('fixed-node-1')) === undefined)
  await until('the pod to end', () => kubelet.pods.find('default', 'fixed-node-1') === undefined)
})

const running = async () =>
  (await runtime.listContainers({}, never))
    .filter(({ state }) => state === 'running')
    .map(({ id }) => id)
    .sort()

test('a restart of the kubelet disturbs no container', async () => {
  await writeFile(join(manifests, 'fixed.yaml'), manifest('sleep 1000'))
  await until('fixed-node-1 to be ready', () => isReady('fixed-node-1'))
  const before = await running()
  assert.equal(before.length, 2)
  await kubelet.close()
  kubelet = await startNode()
  await until('the pods to be seen again', () => kubelet.pods.pods().length === 2)
  await until('the node to be ready on its new port', async () => {
    const node = await client.get<Node>(nodes, 'node-1')
    return node.status?.daemonEndpoints?.kubeletEndpoint?.Port === Number(new URL(kubelet.url as string).port)
  })
  await until('web to be ready', () => isReady('web'))
  assert.deepEqual(await running(), before)
})

test('containerd killed: the node is not ready for a while, and goes on with the same containers', async () => {
  const before = await running()
  const pid = containerd.pid() as number
  process.kill(pid, 'SIGKILL')
  await until('another containerd', () => containerd.pid() !== undefined && containerd.pid() !== pid)
  await until('an answer', async () => (await runtime.version(never).catch(() => undefined)) !== undefined)
  await client.create(pods, podOf('later', ['sleep', '1000']), { namespace: 'default' })
  await until('later to be ready', () => isReady('later'))
  const after = await running()
  assert.deepEqual(
    before.filter((id) => !after.includes(id)),
    [],
  )
  assert.equal(after.length, before.length + 1)
  await until('the node to be ready', async () =>
    (await client.get<Node>(nodes, 'node-1')).status?.conditions?.some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    ),
  )
})
