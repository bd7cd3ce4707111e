import type { Duplex } from 'node:stream'
import { isApiError, noRoute } from '#base/errors'
import type { HttpRequest, HttpResponse } from '#base/http'
import { identify } from './account-tokens/identify.ts'
import { pluginsNamed } from './admission/index.ts'
import { refuse } from './answer.ts'
import { audit, auditRefused } from './audit/filter.ts'
import { ensurePolicy } from './authorization/bootstrap/ensure-policy.ts'
import { keepGathered } from './authorization/gather-roles.ts'
import { authorizerOf } from './authorization/index.ts'
import { requireSession } from './authorization/require.ts'
import { Policy } from './authorization/rbac/policy.ts'
import type { Call, Core } from './call.ts'
import { auditId } from './chain/audit-id.ts'
import { authenticate, type Proofs } from './chain/authenticate.ts'
import { authorize } from './chain/authorize.ts'
import { chain, type Filter, type Next, type Passing } from './chain/filter.ts'
import { impersonate } from './chain/impersonate.ts'
import { inFlight } from './chain/in-flight.ts'
import { observe } from './chain/observe.ts'
import { panicGuard } from './chain/panic-guard.ts'
import { timeout } from './chain/timeout.ts'
import { warningHeaders } from './chain/warning-headers.ts'
import type { ApiServer, ApiServerParts, HealthCheck } from './contract.ts'
import { dispatch, upgradeOf } from './dispatch.ts'
import { ping } from './health/health.ts'
import { createMetrics } from './metrics/metrics.ts'
import { Registry } from './registry/registry.ts'
import { Resource } from './registry/resource.ts'
import { type RequestInfo, requestInfo } from './request-info.ts'
import { Routes } from './routes.ts'
import { makeInitialObjects } from './initial-objects.ts'
import { allocateServices } from './services/index.ts'
import { subresourceCall } from './subresource-call.ts'
import { ownSubresources } from './subresources/index.ts'
import { Feed } from './watch-cache/feed.ts'
import { DecodedObjects } from './watch-cache/stored-entry.ts'

/** Objects are kept decoded for so many bytes of JSON; they take about four times as much. */
const decodedBytesMax = 32 << 20

/** Starts an API server on a store: reads everything once, follows the store from there, and answers requests. */
export async function createApiServer(given: ApiServerParts): Promise<ApiServer> {
  const parts = { ...given, subresources: { ...ownSubresources, ...given.subresources } }
  const stop = new AbortController()
  const core = assemble(parts, () => server)
  await core.feed.start(stop.signal)
  await makeInitialObjects(core)
  if (decidesByRoles(parts)) {
    await ensurePolicy(core)
    await keepGathered(core, () => stop.signal.aborted)
  }
  if (parts.options.services) await allocateServices(core, parts.options.services, stop.signal)
  const metrics = createMetrics()
  const checks = healthChecks(core)
  const server: ApiServer = {
    kinds: parts.kinds,
    parts,
    checks,
    metrics,
    handle: (request) => handle(request),
    upgrade: (request, socket, head) => upgrade(core, request, socket, head),
    endWatches() {
      for (const { cache } of core.registry.all) cache.end()
    },
    async close() {
      server.endWatches()
      stop.abort(new Error('the server is closing'))
    },
  }
  const routes = new Routes(parts.routes(server))
  const handle = handlerOf(core, routes, metrics)
  return server
}

function assemble(parts: ApiServerParts, server: () => ApiServer): Core {
  const { store, clock, log, options } = parts
  const prefix = `/${options.etcdPrefix.replaceAll(/^\/+|\/+$/g, '')}`
  const decoded = new DecodedObjects(decodedBytesMax)
  const resources = parts.kinds.map(
    (kind) =>
      new Resource({
        kind,
        store,
        prefix,
        feed: () => feed,
        ttlSeconds: kind.ttlSeconds && options.eventTtlSeconds,
        decoded,
      }),
  )
  const feed = new Feed({ store, prefix: `${prefix}/`, clock, log, fed: resources })
  const registry = new Registry(resources)
  const policy = Policy.following(registry)
  return {
    parts,
    registry,
    feed,
    policy,
    authorizer: authorizerOf(options.authorization ?? ['AlwaysAllow'], registry, policy),
    admission: pluginsNamed(options.admission, options.eventLimits ?? [], clock),
    server,
  }
}

const decidesByRoles = ({ options }: ApiServerParts) => options.authorization?.includes('RBAC') === true

function healthChecks({ parts, feed }: Core): HealthCheck[] {
  const everywhere = ['healthz', 'livez', 'readyz'] as const
  return [
    ping,
    { name: 'etcd', in: everywhere, check: () => parts.store.health() },
    { name: 'etcd-readiness', in: ['readyz'], check: () => parts.store.health() },
    {
      name: 'informer-sync',
      in: ['readyz'],
      async check() {
        if (!feed.healthy) throw new Error('the caches do not follow the store')
      },
    },
    // Nothing is answered before they are made.
    ...(decidesByRoles(parts) ? [{ ...ping, name: 'poststarthook/rbac/bootstrap-roles' }] : []),
  ]
}

/** The whole request path as one function. */
function handlerOf(
  core: Core,
  routes: Routes,
  metrics: ApiServer['metrics'],
): (request: HttpRequest) => Promise<HttpResponse> {
  const { clock, random, log, options } = core.parts
  const answer: Next = (passing) =>
    passing.info.isResource ? dispatch(core, passing) : routes.answer(passing.request, passing.info.path)
  const through = chain(
    [
      auditId(random),
      observe(clock, metrics),
      warningHeaders,
      panicGuard(log),
      timeout(clock, options.requestTimeoutMs),
      ...authenticated(core),
      impersonate(core.authorizer),
      inFlight(options.requestsInflightMax ?? 400, options.mutatingInflightMax ?? 200),
      authorize(core.authorizer),
    ],
    answer,
  )
  return async (request) => {
    const info = requestInfo(request.method, request.url)
    if (info === undefined) return refuse(noRoute())
    return through(passingOf(request, info))
  }
}

/** Who asks is found out, and told where that is wanted. */
function authenticated(core: Core): Filter[] {
  const { auditor, clock } = core.parts
  const proofs = authenticate(proofsOf(core))
  return auditor === undefined ? [proofs] : [auditRefused(auditor, clock), proofs, audit(auditor, clock)]
}

const proofsOf = (core: Core): Proofs => ({
  anonymous: (core.parts.options.anonymousAuth ?? true) && (core.parts.options.anonymousPaths ?? true),
  tokens(token) {
    const found = identify(core, token)
    return found instanceof Promise ? found.then((one) => one?.user) : found?.user
  },
  proxyHeaders: core.parts.proxyHeaders,
})

const passingOf = (request: HttpRequest, info: RequestInfo): Passing => ({
  request,
  info,
  warnings: [],
  user: undefined,
})

async function upgrade(core: Core, request: HttpRequest, socket: Duplex, head: Uint8Array): Promise<void> {
  const info = requestInfo(request.method, request.url)
  const { log } = core.parts
  let opened: { call: Call; take: (call: Call) => Promise<void> } | undefined
  const admit = chain(
    [
      auditId(core.parts.random),
      panicGuard(log),
      ...authenticated(core),
      impersonate(core.authorizer),
      authorize(core.authorizer),
      requireSession(core.authorizer),
    ],
    async (passing) => {
      const { behaviour, call } = upgradeOf(core, passing)
      opened = { call, take: (one) => behaviour.upgrade(subresourceCall(one), socket, head) }
      socket.once('close', () => void passing.audit?.tell('ResponseComplete'))
      return { status: 101, headers: {}, body: new Uint8Array() }
    },
  )
  const answer = info === undefined ? await refuse(noRoute()) : await admit(passingOf(request, info))
  if (opened === undefined) return writeRefusal(socket, answer)
  try {
    await opened.take(opened.call)
  } catch (error) {
    if (!isApiError(error)) log.error('Upgrade failed', { path: request.url, err: String(error) })
    if (!socket.destroyed) writeRefusal(socket, await refuse(isApiError(error) ? error : noRoute()))
  }
}

/** Answers on a connection that was to be upgraded, and closes it. */
function writeRefusal(socket: Duplex, { status, headers, body }: HttpResponse): void {
  const bytes = Buffer.from(body as Uint8Array)
  const lines = Object.entries({ ...headers, 'content-length': String(bytes.length), connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Refused\r\n${head}\r\n`), bytes]))
}
