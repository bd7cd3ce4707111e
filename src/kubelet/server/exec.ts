import { never } from '#base/cancel'
import type { Call, KubeletServerOptions, StreamEndpoint } from './contract.ts'
import { containerOf, podOf } from './container-target.ts'
import { Refusal } from './refusal.ts'

type Needs = Pick<KubeletServerOptions, 'pods' | 'runtime'>

/** Which streams a session has. A terminal has no standard error of its own. @throws Refusal 400. */
export function streamsOf(query: URLSearchParams) {
  const has = (name: string) => query.get(name) === '1' || query.get(name) === 'true'
  const tty = has('tty')
  const streams = { tty, stdin: has('input'), stdout: has('output'), stderr: has('error') && !tty }
  if (!streams.stdin && !streams.stdout && !streams.stderr)
    throw new Refusal(400, 'you must specify at least 1 of stdin, stdout, stderr')
  return streams
}

/** `/exec/{namespace}/{pod}/[{uid}/]{container}`: a command in a container. */
export const execEndpoint =
  ({ pods, runtime }: Needs): StreamEndpoint =>
  async (call: Call) => {
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
    const isWebSocket = /^websocket$/i.test(request.headers.upgrade ?? '')
    if (isWebSocket && ports.length === 0) throw new Refusal(400, 'query parameter "port" is required')
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
