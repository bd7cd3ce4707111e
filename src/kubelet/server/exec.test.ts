import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import { FakeRuntime } from '#testkit/fake-runtime'
import { VirtualClock } from '#testkit/virtual-clock'
import type { AttachConfig, ContainerHandle, ExecConfig, PodManager } from '../contract.ts'
import { attachEndpoint, execEndpoint, portForwardEndpoint } from './exec.ts'
import { streamsOf } from './session-streams.ts'

const handle: ContainerHandle = {
  id: 'c1',
  sandboxId: 's1',
  attempt: 0,
  state: 'running',
  tty: true,
  stdin: true,
}

function node(container: Partial<ContainerHandle> = {}) {
  const runtime = new FakeRuntime({ clock: new VirtualClock() })
  const asked: unknown[] = []
  runtime.exec = async (config: ExecConfig) => (asked.push(config), 'http://exec')
  runtime.attach = async (config: AttachConfig) => (asked.push(config), 'http://attach')
  runtime.portForward = async (id: string, ports: readonly number[]) => (
    asked.push(id, ports), 'http://ports'
  )
  const pods = {
    find: (_: string, name: string, uid?: string) =>
      name === 'web' && (uid ?? 'u1') === 'u1' ? { metadata: { uid: 'u1' } } : undefined,
    container: (_: string, name: string) => (name === 'main' ? { ...handle, ...container } : undefined),
    sandboxId: () => 's1',
  } as unknown as PodManager
  return { runtime, pods, asked }
}

const call = (path: string, query: string, headers: Record<string, string> = {}) => ({
  parts: path.split('/'),
  query: new URLSearchParams(query),
  request: {
    method: 'POST',
    url: path,
    headers,
    body: async () => new Uint8Array(0),
    signal: never,
    peer: { address: '', secure: true },
  },
})

test('streamsOf() joins standard error to the terminal and wants at least one stream', () => {
  assert.deepEqual(streamsOf(new URLSearchParams('input=1&output=1&error=1&tty=1')), {
    tty: true,
    stdin: true,
    stdout: true,
    stderr: false,
  })
  assert.throws(() => streamsOf(new URLSearchParams('tty=1')), { status: 400 })
})

test('exec asks the runtime with command and streams, by pod name or uid', async () => {
  for (const path of ['default/web/main', 'default/web/u1/main']) {
    const { asked, ...needs } = node()
    const url = await execEndpoint(needs)(call(path, 'output=1&error=1&command=sh&command=-c'))
    assert.equal(url, 'http://exec')
    assert.deepEqual(asked, [
      { containerId: 'c1', cmd: ['sh', '-c'], tty: false, stdin: false, stdout: true, stderr: true },
    ])
  }
})

test('exec refuses what does not run', async () => {
  const exec = (needs: ReturnType<typeof node>, path: string) => execEndpoint(needs)(call(path, 'output=1'))
  await assert.rejects(exec(node(), 'default/none/main'), { status: 404, message: 'pod does not exist' })
  await assert.rejects(exec(node(), 'default/web/u2/main'), { status: 404 })
  await assert.rejects(exec(node(), 'default/web/other'), { message: 'container not found ("other")' })
  await assert.rejects(exec(node({ state: 'exited' }), 'default/web/main'), {
    message: 'container not found ("main")',
  })
  await assert.rejects(exec(node(), 'default/web'), { status: 404 })
})

test('attach takes the terminal that the container has, whatever is asked', async () => {
  const { asked, ...needs } = node()
  await attachEndpoint(needs)(call('default/web/main', 'input=1&output=1&error=1'))
  assert.deepEqual(asked, [{ containerId: 'c1', tty: true, stdin: true, stdout: true, stderr: false }])
})

test('port forwarding names its ports up front only over WebSocket', async () => {
  const { asked, ...needs } = node()
  await portForwardEndpoint(needs)(call('default/web', ''))
  await portForwardEndpoint(needs)(call('default/web', 'port=80&port=81,82'))
  assert.deepEqual(asked, ['s1', [], 's1', [80, 81, 82]])
  const socket = { upgrade: 'websocket' }
  await assert.rejects(portForwardEndpoint(needs)(call('default/web', '', socket)), { status: 400 })
  const tunnel = { ...socket, 'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io' }
  await portForwardEndpoint(needs)(call('default/web', '', tunnel))
  await assert.rejects(portForwardEndpoint(needs)(call('default/web', 'port=0')), {
    status: 400,
    message: 'invalid port "0"',
  })
  const asleep = { ...needs, pods: { ...needs.pods, sandboxId: () => undefined } }
  await assert.rejects(portForwardEndpoint(asleep)(call('default/web', '')), {
    message: 'pod not found ("web_default")',
  })
})

test('a WebSocket whose protocols no runtime speaks is refused before the runtime is asked', async () => {
  const { asked, ...needs } = node()
  const exec = (protocols: string) => {
    const headers = { upgrade: 'websocket', 'sec-websocket-protocol': protocols }
    return execEndpoint(needs)(call('default/web/main', 'output=1', headers))
  }
  await assert.rejects(exec('v6.channel.k8s.io'), { status: 400, message: /^unable to upgrade/ })
  assert.deepEqual(asked, [])
  await exec('v5.channel.k8s.io, v4.channel.k8s.io')
  await exec('')
  assert.equal(asked.length, 2)
})
