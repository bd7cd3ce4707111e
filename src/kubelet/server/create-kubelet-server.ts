import type { Duplex } from 'node:stream'
import type { HttpRequest, HttpResponse } from '#base/http'
import { createGate, type Gate } from './access/gate.ts'
import type { Call, Endpoint, KubeletServer, KubeletServerOptions, StreamEndpoint } from './contract.ts'
import { checkpointEndpoint } from './checkpoint.ts'
import { attachEndpoint, execEndpoint, portForwardEndpoint, runEndpoint } from './exec.ts'
import { healthEndpoint } from './health.ts'
import { logFolderEndpoint } from './log-folder.ts'
import { containerLogsEndpoint } from './logs/container-logs.ts'
import { metricsEndpoint } from './metrics.ts'
import { podsEndpoint, runningPodsEndpoint } from './pods.ts'
import { json, plain, Refusal, refusalAnswer, toRefusal } from './refusal.ts'
import { statsSummaryEndpoint } from './stats-summary.ts'
import { joinWebSocket, translatedProtocol } from './streams/web-socket.ts'
import { headOf, tunnel } from './tunnel.ts'

interface Route {
  readonly methods: readonly string[]
  readonly endpoint?: Endpoint
  readonly stream?: StreamEndpoint
}

const reading = ['GET', 'HEAD']
const streaming = ['GET', 'POST']

/** What the port of old shows to everybody. */
const readOnlyPaths = ['healthz', 'pods', 'stats', 'metrics']

/** The kubelet's server: what the API server and administrators ask a node for. */
export function createKubeletServer(options: KubeletServerOptions): KubeletServer {
  const routes = routesOf(options)
  const gate = createGate(options)
  const open: Gate = async () => {}
  const only = (names: readonly string[]) => new Map([...routes].filter(([name]) => names.includes(name)))
  const [health, readOnly] = [only(['healthz']), only(readOnlyPaths)]
  return {
    handle: (request) => handle(routes, gate, options, request),
    health: (request) => handle(health, open, options, request),
    readOnly: (request) => handle(readOnly, open, options, request),
    upgrade: (request, socket, head) => upgrade(routes, gate, options, request, socket, head),
  }
}

/** What lets one into containers, and shows what they and the node have written. */
const debugging = [
  'run',
  'exec',
  'attach',
  'portForward',
  'containerLogs',
  'runningpods',
  'logs',
  'checkpoint',
]

const disabled: Route = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  endpoint: () => plain('Debug endpoints are disabled.', 405),
  stream: () => Promise.reject(new Refusal(405, 'Debug endpoints are disabled.')),
}

function routesOf(options: KubeletServerOptions): ReadonlyMap<string, Route> {
  const routes = allRoutes(options)
  if (options.servesDebugging ?? true) return routes
  return new Map([...routes, ...debugging.map((name) => [name, disabled] as const)])
}

function allRoutes(options: KubeletServerOptions): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    ['healthz', { methods: reading, endpoint: healthEndpoint(options) }],
    ['pods', { methods: reading, endpoint: podsEndpoint(options) }],
    ['runningpods', { methods: reading, endpoint: runningPodsEndpoint(options) }],
    ['containerLogs', { methods: reading, endpoint: containerLogsEndpoint(options) }],
    ['logs', { methods: reading, endpoint: logFolderEndpoint(options) }],
    ['metrics', { methods: reading, endpoint: metricsEndpoint(options) }],
    ['stats', { methods: reading, endpoint: onlySummary(statsSummaryEndpoint(options)) }],
    ['configz', { methods: reading, endpoint: () => json({ kubeletconfig: options.configuration }) }],
    ['checkpoint', { methods: ['POST'], endpoint: checkpointEndpoint(options) }],
    ['run', { methods: ['POST'], endpoint: runEndpoint(options) }],
    ['exec', { methods: streaming, stream: execEndpoint(options) }],
    ['attach', { methods: streaming, stream: attachEndpoint(options) }],
    ['portForward', { methods: streaming, stream: portForwardEndpoint(options) }],
  ])
}

const onlySummary =
  (endpoint: Endpoint): Endpoint =>
  (call) =>
    call.parts.join('/') === 'summary' ? endpoint(call) : plain('404 page not found\n', 404)

async function handle(
  routes: ReadonlyMap<string, Route>,
  gate: Gate,
  options: KubeletServerOptions,
  request: HttpRequest,
): Promise<HttpResponse> {
  try {
    const { route, call } = await find(routes, gate, request)
    if (!route.endpoint) throw new Refusal(400, 'Upgrade request required')
    return await route.endpoint(call)
  } catch (error) {
    return refusalAnswer(told(options, request, error))
  }
}

async function upgrade(
  routes: ReadonlyMap<string, Route>,
  gate: Gate,
  options: KubeletServerOptions,
  request: HttpRequest,
  socket: Duplex,
  head: Uint8Array,
): Promise<void> {
  try {
    const { route, call } = await find(routes, gate, request)
    if (!route.stream) throw new Refusal(400, 'the path takes no upgrade')
    const url = await route.stream(call)
    const protocol = translatedProtocol(request)
    if (protocol === undefined) await tunnel(url, request, socket, head, options.clock)
    else await joinWebSocket(url, protocol, request, socket, head)
  } catch (error) {
    const { status, message } = told(options, request, error)
    const body = Buffer.from(message)
    const lines = [
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ]
    socket.write(headOf(status, lines))
    socket.end(body)
  }
}

/** A refusal for whatever was thrown; what is our own fault goes to the log as well. */
function told({ log }: KubeletServerOptions, { method, url }: HttpRequest, error: unknown): Refusal {
  const refusal = toRefusal(error)
  if (refusal.status >= 500) log.warn('Request failed', { method, url, err: refusal.message })
  return refusal
}

/** @throws Refusal for a path that is not served, a caller that does not get in, a method that is not taken. */
async function find(
  routes: ReadonlyMap<string, Route>,
  gate: Gate,
  request: HttpRequest,
): Promise<{ route: Route; call: Call }> {
  const [path = '', query] = request.url.split(/\?(.*)/s)
  const [name = '', ...parts] = path.split('/').slice(1)
  await gate(request, name)
  const route = routes.get(name)
  if (!route) throw new Refusal(404, '404 page not found\n')
  if (!route.methods.includes(request.method)) throw new Refusal(405, '405: Method Not Allowed')
  return {
    route,
    call: {
      request,
      query: new URLSearchParams(query ?? ''),
      parts: parts.filter((part) => part !== '').map(decoded),
    },
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Refusal(400, 'Bad Request')
  }
}
