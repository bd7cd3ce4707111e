// The kubelet's own server on a real containerd: who gets in, and sessions over WebSocket as upstream's kubectl has them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { get as getPlain } from 'node:http'
import { get } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { WebSocket } from 'ws'
import { type Client, createClient, httpTransport } from '#client'
import { pod as pods } from '#kinds/core/pod/index'
import type { Pod } from '#kinds/gen/core-v1'
import { Cleanups } from '../../testkit/host/cluster.ts'
import { program, type RunningApiServer, startApiServer } from '../../testkit/host/kubeling.ts'
import { freePort, run, start, tempDir, until } from '../../testkit/host/process.ts'
import { startRuntime, testImage } from '../../testkit/host/runtime.ts'
import { noKubectl, upstreamKubectl } from '../../testkit/host/upstream-kubectl.ts'

const cleanups = new Cleanups()
const context = cleanups as unknown as TestContext
let apiServer: RunningApiServer
let client: Client
let port: number
let readOnlyPort: number

const shell: Pod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'shell', namespace: 'default' },
  spec: {
    nodeName: 'node-1',
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'main',
        image: testImage,
        command: ['sh', '-c', 'echo ready; while :; do echo -n hello | nc -l -p 8080; done'],
      },
    ],
  },
}

async function startAll(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-server-'))
  cleanups.after(() => rmSync(folder, { recursive: true, force: true }))
  const runtime = await startRuntime(folder)
  cleanups.after(() => runtime.close())
  await writeFile(join(folder, 'tokens.csv'), 'secret-of-jane,jane,u1,"dev"\n')
  const flags = ['--authorization-mode=RBAC', `--token-auth-file=${join(folder, 'tokens.csv')}`]
  apiServer = await startApiServer(context, flags)
  client = createClient(httpTransport({ server: apiServer.url }))
  cleanups.after(() => client.transport.close())
  port = await freePort()
  readOnlyPort = await freePort()
  mkdirSync(join(folder, 'manifests'))
  const kubelet = start(context, program('kubelet'), [
    `--api-servers=${apiServer.url}`,
    `--container-runtime-endpoint=unix://${runtime.layout.socket}`,
    `--cgroup-root=${runtime.layout.cgroup}`,
    '--hostname-override=node-1',
    '--node-ip=127.0.0.1',
    `--root-dir=${join(folder, 'kubelet')}`,
    `--pod-logs-dir=${join(folder, 'pods')}`,
    '--address=127.0.0.1',
    `--port=${port}`,
    `--read-only-port=${readOnlyPort}`,
    '--healthz-port=0',
    '--eviction-hard=memory.available<1Mi',
    `--client-ca-file=${join(apiServer.certDir, 'ca.crt')}`,
    '--authorization-mode=Webhook',
    '--authorization-webhook-cache-unauthorized-ttl=0s',
  ])
  await client.create(pods, shell, { namespace: 'default' })
  const isReady = async () => {
    const found = await client.get<Pod>(pods, 'shell', { namespace: 'default' })
    return found.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  }
  await until('the pod to be ready', isReady, 60_000).catch((error: Error) => {
    throw new Error(`${error.message}\n${kubelet.output()}`, { cause: error })
  })
}

async function answerOf(outgoing: ReturnType<typeof get>): Promise<[status: number, text: string]> {
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  let text = ''
  for await (const piece of answer) text += String(piece)
  return [answer.statusCode ?? 0, text]
}

const ask = (path: string, token?: string) =>
  answerOf(
    get({
      host: '127.0.0.1',
      port,
      path,
      rejectUnauthorized: false,
      agent: false,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    }),
  )

/** What is said on a connection to a local port; undefined when it is closed without a word. */
const said = (local: number) =>
  new Promise<string | undefined>((resolve) => {
    const socket = connect(local, '127.0.0.1')
    socket.on('error', () => {})
    socket.once('data', (piece: Buffer) => {
      resolve(piece.toString())
      socket.destroy()
    })
    socket.once('close', () => resolve(undefined))
  })

/** A session over the API server in the protocol that upstream's kubectl asks for first. */
async function session(command: readonly string[], options: readonly string[]) {
  const query = new URLSearchParams([
    ...command.map((word) => ['command', word]),
    ...['stdout', ...options].map((name) => [name, 'true']),
  ])
  const url = `${apiServer.url.replace('http', 'ws')}/api/v1/namespaces/default/pods/shell/exec?${query.toString()}`
  const socket = new WebSocket(url, ['v5.channel.k8s.io'])
  const said: Record<number, string> = {}
  socket.on('message', (data: Buffer) => {
    const channel = data[0] as number
    said[channel] = (said[channel] ?? '') + data.subarray(1).toString()
  })
  const closed = once(socket, 'close')
  await once(socket, 'open')
  return { socket, said, closed }
}

describe('the server of a kubelet', () => {
  before(startAll)
  after(() => cleanups.run())

  test('nobody, a user without rights and one with some get what upstream gives them', async () => {
    assert.deepEqual(await ask('/pods'), [401, 'Unauthorized'])
    assert.deepEqual(await ask('/healthz'), [401, 'Unauthorized'])
    assert.deepEqual(await ask('/pods', 'guessed'), [401, 'Unauthorized'])
    assert.deepEqual(await ask('/pods', 'secret-of-jane'), [
      403,
      'Forbidden (user=jane, verb=get, resource=nodes, subresource(s)=[pods proxy])\n',
    ])
    const meta = { metadata: { name: 'pods-of-nodes' } }
    const role = { ...meta, rules: [{ apiGroups: [''], resources: ['nodes/pods'], verbs: ['get'] }] }
    const api = { apiGroup: 'rbac.authorization.k8s.io' }
    const binding = {
      ...meta,
      roleRef: { ...api, kind: 'ClusterRole', name: 'pods-of-nodes' },
      subjects: [{ ...api, kind: 'User', name: 'jane' }],
    }
    const path = '/apis/rbac.authorization.k8s.io/v1'
    await client.raw('POST', `${path}/clusterroles`, role)
    await client.raw('POST', `${path}/clusterrolebindings`, binding)
    const [status, text] = await until('the right to count', async () => {
      const answer = await ask('/pods', 'secret-of-jane')
      return answer[0] === 200 && answer
    })
    assert.equal(status, 200)
    assert.equal((JSON.parse(text) as { items: Pod[] }).items[0]?.metadata.name, 'shell')
    assert.deepEqual(await ask('/configz', 'secret-of-jane'), [
      403,
      'Forbidden (user=jane, verb=get, resource=nodes, subresource(s)=[configz proxy])\n',
    ])
    assert.equal((await ask('/containerLogs/default/shell/main', 'secret-of-jane'))[0], 403)
  })

  test('the read-only port shows pods to everybody, and no way in', async () => {
    const plain = (path: string) => answerOf(getPlain({ host: '127.0.0.1', port: readOnlyPort, path }))
    assert.equal((await plain('/pods'))[0], 200)
    assert.deepEqual(await plain('/healthz'), [200, 'ok'])
    for (const path of [
      '/containerLogs/default/shell/main',
      '/exec/default/shell/main',
      '/configz',
      '/logs/',
    ])
      assert.equal((await plain(path))[0], 404, path)
  })

  test('exec by WebSocket v5: input and its end, both outputs, the exit code', async () => {
    const { socket, said, closed } = await session(
      ['sh', '-c', 'wc -c; echo oh >&2; exit 3'],
      ['stdin', 'stderr'],
    )
    const piece = Buffer.alloc(100_001)
    for (let i = 0; i < 20; i++) socket.send(piece)
    socket.send(Buffer.of(255, 0))
    await closed
    assert.equal(said[1]?.trim(), '2000000')
    assert.equal(said[2], 'oh\n')
    const verdict = JSON.parse(said[3] ?? '') as { reason: string; details: { causes: unknown } }
    assert.equal(verdict.reason, 'NonZeroExitCode')
    assert.deepEqual(verdict.details.causes, [{ reason: 'ExitCode', message: '3' }])
  })

  test('exec by WebSocket v5: a terminal and its size', async () => {
    const { socket, said, closed } = await session(['sh'], ['stdin', 'tty'])
    socket.send(Buffer.from('\x04{"Width":91,"Height":17}'))
    await until('the size', () => {
      socket.send(Buffer.from('\0stty size\n'))
      return said[1]?.includes('17 91')
    })
    socket.send(Buffer.from('\0exit 0\n'))
    await closed
    assert.equal((JSON.parse(said[3] ?? '') as { status: string }).status, 'Success')
  })

  for (const version of ['1.30', '1.33']) {
    const path = upstreamKubectl(version)
    test(`kubectl ${version}: exec, cp's input and port-forward without a second try`, async (t) => {
      if (path === undefined) return t.skip(noKubectl(version))
      const folder = tempDir(t)
      const env = {
        HOME: folder,
        KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'true',
        KUBECTL_PORT_FORWARD_WEBSOCKETS: 'true',
      }
      const words = ['-s', apiServer.url, '--kubeconfig=/dev/null', '-v=8']
      const input = 'x'.repeat(200_000)
      const command = ['exec', '-i', 'shell', '--', 'sh', '-c', 'wc -c; exit 4']
      const done = await run(path, [...words, ...command], { env, input, timeoutMs: 20_000 })
      assert.equal(done.stdout.trim(), '200000')
      assert.equal(done.code, 4, done.stderr)
      assert.doesNotMatch(done.stderr, /spdy/i)
      const forwarding = start(t, path, [...words, 'port-forward', 'pod/shell', ':8080'], env)
      const local = await until('the port', () => /127\.0\.0\.1:(\d+) -> 8080/.exec(forwarding.output())?.[1])
      const heard = await until('an answer', () => said(Number(local)))
      assert.equal(heard, 'hello')
      assert.doesNotMatch(forwarding.output(), /Upgrade: SPDY|fallback/i)
    })
  }

  test('the API server passes logs and the configuration on', async () => {
    const log = await client.raw('GET', '/api/v1/nodes/node-1/proxy/containerLogs/default/shell/main')
    assert.match(String(log), /^ready\n/)
    const config = await client.raw('GET', '/api/v1/nodes/node-1/proxy/configz')
    assert.equal((config as { kubeletconfig: { port: number } }).kubeletconfig.port, port)
  })

  test('a checkpoint that the runtime cannot make fails in its words', async () => {
    const path = '/api/v1/nodes/node-1/proxy/checkpoint/default/shell/main'
    const answer = await fetch(`${apiServer.url}${path}`, { method: 'POST' })
    assert.equal(answer.status, 500)
    assert.match(
      await answer.text(),
      /^checkpointing of default\/shell\/main failed \(rpc error: code = Unimplemented desc = .*CheckpointContainer/,
    )
  })
})
