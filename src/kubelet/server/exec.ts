import { never } from '#base/cancel'
import type { Call, KubeletServerOptions, StreamEndpoint } from './contract.ts'
import { containerOf, podOf } from './container-target.ts'
import { Refusal } from './refusal.ts'
import { streamsOf } from './session-streams.ts'
import {
  isWebSocket,
  protocolsOf,
  sessionProtocol,
  translatedProtocol,
  tunnelProtocol,
} from './streams/web-socket.ts'

type Needs = Pick<KubeletServerOptions, 'pods' | 'runtime'>

/** The WebSocket protocols of sessions that runtimes speak, or that are translated for them. */
const socketProtocols = new Set([
  sessionProtocol,
  tunnelProtocol,
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
])

/**
 * Refuses a WebSocket of newer protocols only, before the runtime makes a session that nobody will use: clients of
 * those then come again by SPDY. @throws Refusal 400.
 */
function checkProtocol({ headers }: Call['request']): void {
  if (!isWebSocket(headers)) return
  const asked = protocolsOf(headers)
  if (asked.some((one) => one === '' || socketProtocols.has(one))) return
  const known = [...socketProtocols].join(', ')
  throw new Refusal(400, `unable to upgrade: no protocol of ${asked.join(', ')} is known; known are ${known}`)
}

/** `/exec/{namespace}/{pod}/[{uid}/]{container}`: a command in a container. */
export const execEndpoint =
  ({ pods, runtime }: Needs): StreamEndpoint =>
  async (call: Call) => {
    checkProtocol(call.request)
    const streams = streamsOf(call.query)
    const { id } = containerOf(pods, call)
    return runtime.exec(
      { containerId: id, cmd: call.query.getAll('command'), ...streams },
      call.request.signal,
    )
  }

/** `/attach/{namespace}/{pod}/[{uid}/]{container}`: a container's own process. */
export const attachEndpoint =
  ({ pods, runtime }: Needs): StreamEndpoint =>
  async (call: Call) => {
    checkProtocol(call.request)
    const streams = streamsOf(call.query)
    const { id, tty } = containerOf(pods, call)
    const own = { ...streams, tty, stderr: streams.stderr && !tty }
    return runtime.attach({ containerId: id, ...own }, call.request.signal)
  }

/** `/portForward/{namespace}/{pod}[/{uid}]`: connections to ports of a pod. */
export const portForwardEndpoint =
  ({ pods, runtime }: Needs): StreamEndpoint =>
  async ({ parts, query, request }: Call) => {
    const [namespace = '', name = '', uid] = parts
    const ports = query
      .getAll('port')
      .flatMap((text) => text.split(','))
      .map(portOf)
    checkProtocol(request)
    const isTunnel = translatedProtocol(request) === tunnelProtocol
    if (isWebSocket(request.headers) && !isTunnel && ports.length === 0)
      throw new Refusal(400, 'query parameter "port" is required')
    const pod = podOf(pods, namespace, name, uid)
    const sandboxId = pods.sandboxId(pod.metadata.uid ?? '')
    if (sandboxId === undefined)
      throw new Refusal(500, `pod not found (${JSON.stringify(`${name}_${namespace}`)})`)
    return runtime.portForward(sandboxId, ports, request.signal)
  }

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw new Refusal(400, `invalid port ${JSON.stringify(text)}`)
  return port
}

/** `POST /run/{namespace}/{pod}/[{uid}/]{container}?cmd=`: a command's output in one piece. */
export const runEndpoint =
  ({ pods, runtime }: Needs) =>
  async (call: Call) => {
    const { id } = containerOf(pods, call)
    const command = call.query.get('cmd')?.split(' ') ?? []
    const { stdout, stderr } = await runtime.execSync(id, command, 0, never)
    return {
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: [stdout, stderr],
    }
  }
