import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { never } from '#base/cancel'
import type { HttpRequest, HttpResponse, Peer } from '#base/http'
import { silent } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import { FakeRuntime } from '#testkit/fake-runtime'
import { VirtualClock } from '#testkit/virtual-clock'
import { type PodManager, RuntimeFault } from '../contract.ts'
import type { MachineReadings } from '../node/readings.ts'
import type { KubeletServerOptions } from './contract.ts'
import { createKubeletServer } from './create-kubelet-server.ts'

const pod: Pod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'web', namespace: 'default', uid: 'u1' },
  spec: { containers: [{ name: 'main' }, { name: 'late' }] },
  status: {
    containerStatuses: [
      { name: 'main', ready: true, restartCount: 0, image: '', imageID: '', state: { running: {} } },
      {
        name: 'late',
        ready: false,
        restartCount: 0,
        image: '',
        imageID: '',
        state: { waiting: { reason: 'ImagePullBackOff' } },
      },
    ],
  },
}

const handle = { id: 'c1', sandboxId: 's1', attempt: 0, state: 'running', tty: false, stdin: false } as const

function server(options: Partial<KubeletServerOptions> = {}, logPath = '/none') {
  const clock = new VirtualClock()
  const pods = {
    find: (namespace: string, name: string) => (namespace === 'default' && name === 'web' ? pod : undefined),
    container: (uid: string, name: string, previous?: boolean) =>
      uid === 'u1' && name === 'main' && previous !== true ? handle : undefined,
    logPath: () => logPath,
    sandboxId: () => 's1',
    pods: () => [pod],
    statusOf: () => pod.status,
    isHealthy: () => true,
  } as unknown as PodManager
  const machine = { nodeDisk: { totalBytes: 10, availableBytes: 4, inodes: 9, inodesFree: 3 } }
  return createKubeletServer({
    nodeName: 'node-1',
    pods,
    runtime: new FakeRuntime({ clock }),
    clock,
    log: silent,
    readMachine: async () => machine as unknown as MachineReadings,
    configuration: { port: 10250 },
    checkpointFolder: '/none',
    anonymousAuth: false,
    authorization: 'Administrators',
    ...options,
  })
}

const apiServer: Peer = {
  address: '192.0.2.1',
  secure: true,
  certificate: { commonName: 'kube-apiserver-kubelet-client', organizations: [] },
}

const request = (url: string, peer: Peer = apiServer, method = 'GET'): HttpRequest => ({
  method,
  url,
  headers: {},
  body: async () => new Uint8Array(0),
  signal: never,
  peer,
})

async function bodyOf({ body }: HttpResponse): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  if (!('start' in body)) return Buffer.concat(body).toString()
  let text = ''
  await new Promise<void>((resolve) =>
    body.start({
      write(bytes) {
        text += Buffer.from(bytes).toString()
        return true
      },
      onDrain() {},
      onClose() {},
      end: resolve,
      cut() {},
    }),
  )
  return text
}

async function ask(
  url: string,
  options: { peer?: Peer; method?: string; server?: ReturnType<typeof server> } = {},
) {
  const answer = await (options.server ?? server()).handle(request(url, options.peer, options.method))
  return [answer.status, await bodyOf(answer)] as const
}

test('nothing answers who shows no certificate; it must be of the API server or an administrator', async () => {
  const nobody: Peer = { address: '192.0.2.9', secure: true }
  const named = (commonName: string, ...organizations: string[]): Peer => ({
    ...nobody,
    certificate: { commonName, organizations },
  })
  assert.deepEqual(await ask('/healthz', { peer: nobody }), [401, 'Unauthorized'])
  assert.deepEqual(await ask('/pods', { peer: nobody }), [401, 'Unauthorized'])
  assert.equal((await ask('/nothing', { peer: nobody }))[0], 401)
  assert.deepEqual(
    await ask('/containerLogs/default/web/main', { peer: named('system:node:other', 'system:nodes') }),
    [403, 'Forbidden (user=system:node:other, verb=get, resource=nodes, subresource(s)=[proxy])\n'],
  )
  assert.equal((await ask('/pods', { peer: named('me', 'system:masters') }))[0], 200)
  const open = server({ anonymousAuth: true, authorization: 'AlwaysAllow' })
  assert.equal((await ask('/pods', { peer: nobody, server: open }))[0], 200)
  const allowing = server({ authorization: 'AlwaysAllow' })
  assert.equal((await ask('/pods', { peer: named('anybody'), server: allowing }))[0], 200)
  assert.equal((await ask('/pods', { peer: nobody, server: allowing }))[0], 401)
})

test('/healthz fails with the pods, and tells its checks', async () => {
  assert.deepEqual(await ask('/healthz/syncloop?verbose'), [200, '[+]syncloop ok\nhealthz check passed\n'])
  assert.equal((await ask('/healthz/other'))[0], 404)
  const ill = server({ pods: { isHealthy: () => false } as unknown as PodManager })
  const [status, text] = await ask('/healthz', { server: ill })
  assert.equal(status, 500)
  assert.match(text, /\[-]syncloop failed/)
})

test('/pods, /configz, /metrics, /stats/summary and /runningpods/ answer', async () => {
  const list = JSON.parse((await ask('/pods'))[1]) as { kind: string; items: Pod[] }
  assert.equal(list.kind, 'PodList')
  assert.deepEqual(list.items[0]?.metadata, pod.metadata)
  assert.deepEqual(await ask('/configz'), [200, '{"kubeletconfig":{"port":10250}}'])
  assert.match((await ask('/metrics'))[1], /^kubelet_desired_pods 1$/m)
  const summary = JSON.parse((await ask('/stats/summary'))[1]) as { node: { fs: { usedBytes: number } } }
  assert.equal(summary.node.fs.usedBytes, 6)
  assert.equal((await ask('/stats/other'))[0], 404)
  assert.deepEqual(await ask('/runningpods/'), [
    200,
    '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[]}',
  ])
})

test('/containerLogs/ gives a log, or says why there is none', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-server-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, '0.log')
  writeFileSync(path, '2026-01-02T03:04:05Z stdout F hello\n')
  const good = server({}, path)
  assert.deepEqual(await ask('/containerLogs/default/web/main', { server: good }), [200, 'hello\n'])
  assert.deepEqual(await ask('/containerLogs/default/none/main'), [404, 'pod "none" does not exist'])
  assert.deepEqual(await ask('/containerLogs/default/web/other'), [
    404,
    'container "other" not found in pod "web"',
  ])
  assert.deepEqual(await ask('/containerLogs/default/web/late'), [
    400,
    'container "late" in pod "web" is waiting to start: trying and failing to pull image',
  ])
  assert.deepEqual(await ask('/containerLogs/default/web/main?previous=true'), [
    400,
    'previous terminated container "main" in pod "web" not found',
  ])
  assert.match((await ask('/containerLogs/default/web/main'))[1], /^failed to open log file "\/none": ENOENT/)
})

test('/logs/ shows the log folder as links and its files as they are', async () => {
  const readLogs: KubeletServerOptions['readLogs'] = async (path) => {
    if (path === '') return { is: 'folder', names: ['a&b.log', 'pods/'] }
    return path === 'pods/x' ? { is: 'file', bytes: Buffer.from('text') } : undefined
  }
  const shown = server({ readLogs })
  assert.deepEqual(await ask('/logs/', { server: shown }), [
    200,
    '<pre>\n<a href="a&b.log">a&#38;b.log</a>\n<a href="pods/">pods/</a>\n</pre>\n',
  ])
  assert.deepEqual(await ask('/logs/pods/x', { server: shown }), [200, 'text'])
  assert.equal((await ask('/logs/none', { server: shown }))[0], 404)
  assert.equal((await ask('/logs/'))[0], 405)
})

test('what is not served, or not so, is refused', async () => {
  assert.deepEqual(await ask('/nothing'), [404, '404 page not found\n'])
  assert.equal((await ask('/pods', { method: 'POST' }))[0], 405)
  assert.equal((await ask('/run/default/web/main'))[0], 405)
  assert.equal((await ask('/containerLogs/%zz/web/main'))[0], 400)
  assert.deepEqual(await ask('/exec/default/web/main?output=1&command=ls'), [400, 'Upgrade request required'])
})

test('/run/ gives what a command printed', async () => {
  const runtime = new FakeRuntime({ clock: new VirtualClock() })
  runtime.execSync = async () => ({ stdout: Buffer.from('out'), stderr: Buffer.from('err'), exitCode: 1 })
  const answer = await ask('/run/default/web/main?cmd=ls', { method: 'POST', server: server({ runtime }) })
  assert.deepEqual(answer, [200, 'outerr'])
})

test('what lets one into containers can be switched off, and so can the log folder', async () => {
  const closed = server({ servesDebugging: false, readLogs: async () => undefined })
  for (const path of ['/exec/default/web/main', '/containerLogs/default/web/main', '/logs/', '/runningpods/'])
    assert.deepEqual(await ask(path, { server: closed }), [405, 'Debug endpoints are disabled.'], path)
  assert.equal((await ask('/pods', { server: closed }))[0], 200)
  assert.deepEqual(await ask('/logs/'), [405, 'logs endpoint is disabled.'])
})

test('/checkpoint/ has the runtime write a container down, or says why not', async (t) => {
  const checkpointFolder = mkdtempSync(join(tmpdir(), 'kubeling-server-'))
  t.after(() => rmSync(checkpointFolder, { recursive: true }))
  const runtime = new FakeRuntime({ clock: new VirtualClock() })
  const asked: unknown[] = []
  const good = server({ checkpointFolder, runtime })
  const post = (path: string) => ask(`/checkpoint/${path}`, { method: 'POST', server: good })
  runtime.checkpointContainer = async (...[id, location, seconds]) => void asked.push([id, location, seconds])
  const location = join(checkpointFolder, 'checkpoint-web_default-main-2026-01-02T03:04:05Z.tar')
  assert.deepEqual(await post('default/web/main?timeout=7'), [200, JSON.stringify({ items: [location] })])
  assert.deepEqual(asked, [['c1', location, 7]])
  assert.deepEqual(await post('default/none/main'), [404, 'pod does not exist'])
  assert.deepEqual(await post('default/web/other'), [404, 'container other does not exist'])
  assert.deepEqual(await post('default/web/main?timeout=x'), [404, 'cannot parse value of timeout parameter'])
  runtime.checkpointContainer = async () => {
    throw new RuntimeFault('unimplemented', 'no such method', { grpcCode: 'Unimplemented' })
  }
  assert.deepEqual(await post('default/web/main'), [
    500,
    'checkpointing of default/web/main failed (rpc error: code = Unimplemented desc = no such method)',
  ])
  assert.deepEqual(await post('default/web/late'), [
    500,
    'checkpointing of default/web/late failed (container late not found)',
  ])
})
