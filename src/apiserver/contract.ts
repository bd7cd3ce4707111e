import type { Duplex } from 'node:stream'
import type { Clock } from '#base/clock'
import type { HttpHandler, HttpRequest, HttpResponse } from '#base/http'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { KindDef } from '#kinds/define'
import type { KubeObject } from '#schema/object'
import type { Store } from '#store'
import type { TokenAuthority } from './account-tokens/token-authority.ts'
import type { Auditor } from './audit/filter.ts'
import type { PodSecuritySettings } from './admission/pod-security/settings.ts'
import type { EventLimit } from './admission/event-rate/settings.ts'
import type { AuthorizerChoice } from './authorization/index.ts'
import type { ProxyHeaders } from './chain/proxied-user.ts'
import type { TokenReader } from './chain/token-file.ts'
import type { TokenReviewer } from './tokens/webhook-tokens.ts'
import type { ListMeta } from './present.ts'
import type { ServiceOptions } from './services/index.ts'
import type { ComponentCheck } from './virtual/component-statuses.ts'
import type { Entry } from './watch-cache/entry.ts'

/** Everything an API server is given: it asks nothing of the machine itself. */
export interface ApiServerParts {
  readonly store: Store
  readonly kinds: readonly KindDef[]
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly options: ApiServerOptions
  /** Routes beside the resources: health, version, metrics, discovery, description. */
  readonly routes: (server: ApiServer) => readonly Route[]
  /** Behaviour of subresources that are more than a view of the object, by name: log, exec, binding, eviction ... */
  readonly subresources: Readonly<Record<string, Subresource>>
  readonly presentation?: Presentation | undefined
  /** Says whose a bearer token is; without it, nobody has one. */
  readonly tokens?: TokenReader | undefined
  /** How proxies say for whom they speak; without it, none may. */
  readonly proxyHeaders?: ProxyHeaders | undefined
  /** Says whose a token is that nobody here knows; without it, such a token is nobody's. */
  readonly tokenReviewer?: TokenReviewer | undefined
  /** Signs the tokens of service accounts; without it, they have none. */
  readonly accountTokens?: TokenAuthority | undefined
  /** What is told of requests, and to whom; absent: nothing. */
  readonly auditor?: Auditor | undefined
  /** Parts of the control plane beside this server, and how each is asked whether it is well. */
  readonly components?: Readonly<Record<string, ComponentCheck>> | undefined
}

/** How answers differ from today's: the old forms of a compatibility mode. Entries it gives are kept by their maker. */
export interface Presentation {
  entry(kind: KindDef, entry: Entry): Entry
  listMeta(path: string, meta: ListMeta): object
  /** False where objects carry no managedFields. */
  readonly tracksOwners?: boolean
}

export interface ApiServerOptions {
  /** First part of every store key. */
  readonly etcdPrefix: string
  /** `v1.3` adds the old forms of the tutorial. */
  readonly compat: 'v1.3' | undefined
  readonly requestTimeoutMs: number
  /** A watch ends after between one and two times this long. */
  readonly watchTimeoutMinMs: number
  readonly eventTtlSeconds: number
  /** Names of admission plugins, in order. */
  readonly admission: readonly string[]
  readonly allowPrivileged: boolean
  /** What PodSecurity asks where namespaces say nothing, and whom it leaves alone; absent: nothing, and nobody. */
  readonly podSecurity?: PodSecuritySettings
  /** How fast events may come where EventRateLimit is on; absent: as they like. */
  readonly eventLimits?: readonly EventLimit[]
  /** Where services get their addresses and ports from; absent: they get none. */
  readonly services?: ServiceOptions
  /** How many reads and how many writes may be under way at once; 0 or absent = no limit. */
  readonly requestsInflightMax?: number
  readonly mutatingInflightMax?: number
  /** Whether requests on the secure port without credentials are taken as system:anonymous. */
  readonly anonymousAuth?: boolean
  /** The only paths on which they are, where they are; absent: all. */
  readonly anonymousPaths?: readonly string[]
  /** Whether the tokens of bootstrap secrets count. */
  readonly bootstrapTokens?: boolean
  /** What decides on requests, in order; absent: everything is allowed. */
  readonly authorization?: readonly AuthorizerChoice[]
}

/** A running API server: functions, no sockets. */
export interface ApiServer {
  readonly handle: HttpHandler
  /** Takes over an upgraded connection (exec, attach, port-forward, proxy); answers a refusal on it when it must. */
  upgrade(request: HttpRequest, socket: Duplex, head: Uint8Array): Promise<void>
  readonly kinds: readonly KindDef[]
  readonly parts: ApiServerParts
  /** Named checks for /livez and /readyz; each resolves when well and rejects with the reason. */
  readonly checks: readonly HealthCheck[]
  readonly metrics: Metrics
  /** Ends all watches, and those that are still to come at once; other requests go on as before. */
  endWatches(): void
  /** Ends what is open and follows the store no longer; for when no request is under way. */
  close(): Promise<void>
}

export interface HealthCheck {
  readonly name: string
  readonly in: readonly ('healthz' | 'livez' | 'readyz')[]
  check(): Promise<void>
}

/** Observations that the request path makes; the /metrics route renders them. */
export interface Metrics {
  requestDone(labels: RequestLabels, seconds: number, bytes: number): void
  watchers(resource: string, change: 1 | -1): void
  render(): Promise<string>
}

export interface RequestLabels {
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly scope: 'cluster' | 'namespace' | 'resource' | ''
  readonly code: number
}

/** A path outside /api and /apis/{group}/{version}/{resource}. */
export interface Route {
  /** `/version`, or with `below` a prefix such as `/logs/`. */
  readonly path: string
  readonly below?: boolean
  /** True for a path that GET / does not list. */
  readonly unlisted?: boolean
  handle(request: HttpRequest): Promise<HttpResponse>
}

/** What a subresource's handler is given. */
export interface SubresourceCall {
  readonly request: HttpRequest
  readonly server: ApiServer
  readonly kind: KindDef
  readonly namespace: string
  readonly name: string
  /** What follows the subresource in the path: `/a/b` of `.../proxy/a/b`. */
  readonly tail: string
  readonly query: URLSearchParams
  /** The stored object. @throws ApiError NotFound. */
  object(): Promise<KubeObject>
  /** Reads, changes and writes the object, again when another write came between. */
  change(mutate: (object: KubeObject) => KubeObject): Promise<KubeObject>
  /** Another kind's object, for a subresource that needs one (a pod's node). */
  related(group: string, plural: string, namespace: string, name: string): Promise<KubeObject>
  /** All objects of another kind in a namespace, every write acknowledged before included. */
  all(group: string, plural: string, namespace: string): Promise<readonly KubeObject[]>
  /** Changes another kind's object through one of its views, again when another write came between. */
  changeRelated(which: RelatedView, mutate: (object: KubeObject) => KubeObject): Promise<KubeObject>
  /** Deletes the object with DeleteOptions, as the delete verb does. */
  delete(options: Readonly<Record<string, unknown>>): Promise<KubeObject>
  /** The request body as the subresource's own type (Binding, Eviction), also in other versions of it, checked as asked. */
  body(type: string, alsoIn?: readonly string[]): Promise<KubeObject>
}

/** A view of an object of another kind. */
export interface RelatedView {
  readonly group: string
  readonly plural: string
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

/** A subresource with behaviour of its own. */
export interface Subresource {
  handle(call: SubresourceCall): Promise<HttpResponse>
  upgrade?(call: SubresourceCall, socket: Duplex, head: Uint8Array): Promise<void>
}
