import type { Duplex } from 'node:stream'
import type { Cancel } from '#base/cancel'
import type { Headers } from '#base/http'
import type { KubeObject } from '#schema/object'

/** A request as data: built without I/O, sent by a transport. */
export interface ClientRequest {
  readonly method: string
  /** Path and query: `/api/v1/pods?limit=500`. */
  readonly path: string
  readonly headers?: Headers
  readonly body?: Uint8Array
}

/** An answer whose body is read as it comes. */
export interface ClientResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: AsyncIterable<Uint8Array>
}

/** A two-way byte stream after an HTTP upgrade. */
export interface Upgraded {
  readonly headers: Headers
  readonly socket: Duplex
}

/** What carries requests to an API server: HTTP, or a function call in this process. */
export interface Transport {
  /** @throws TransportError when no answer came; a refusal is an answer. */
  request(request: ClientRequest, signal: Cancel): Promise<ClientResponse>
  /** Opens an upgraded connection (WebSocket, SPDY). @throws ApiError when the server answers with a refusal. */
  upgrade(request: ClientRequest, signal: Cancel): Promise<Upgraded>
  close(): void
}

/** What names a resource in a path; every KindDef is one. */
export interface ResourceName {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly namespaced: boolean
}

/** What part of a resource to list or watch, as the query names it. */
export interface ListParams {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan'
}

/** How a write is to be done. */
export interface WriteParams {
  readonly namespace?: string
  readonly subresource?: string
  readonly dryRun?: boolean
  readonly fieldManager?: string
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict'
}

/** How a deletion is to be done. */
export interface DeleteParams {
  readonly namespace?: string
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: boolean
}

/** The content types of patches. */
export type PatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml'

/** A list as the server gives it. */
export interface ObjectList<T> {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number }
  readonly items: T[]
}

/** One change in a watch. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: T
}

/** Typed access to an API server. Each method throws ApiError for a refusal and TransportError when no answer came. */
export interface Client {
  readonly transport: Transport
  get<T extends KubeObject>(
    resource: ResourceName,
    name: string,
    options?: { namespace?: string; subresource?: string },
    signal?: Cancel,
  ): Promise<T>
  list<T extends KubeObject>(
    resource: ResourceName,
    params?: ListParams,
    signal?: Cancel,
  ): Promise<ObjectList<T>>
  /** Ends when the server ends it; a 410 in the stream is thrown as ApiError Expired. */
  watch<T extends KubeObject>(
    resource: ResourceName,
    params: ListParams,
    signal: Cancel,
  ): AsyncIterable<WatchEvent<T>>
  create<T extends KubeObject>(
    resource: ResourceName,
    object: T,
    params?: WriteParams & { name?: string },
    signal?: Cancel,
  ): Promise<T>
  update<T extends KubeObject>(
    resource: ResourceName,
    object: T,
    params?: WriteParams,
    signal?: Cancel,
  ): Promise<T>
  /** A patch that is a text is sent as it is. */
  patch<T extends KubeObject>(
    resource: ResourceName,
    name: string,
    type: PatchType,
    patch: unknown,
    params?: WriteParams,
    signal?: Cancel,
  ): Promise<T>
  delete(resource: ResourceName, name: string, params?: DeleteParams, signal?: Cancel): Promise<KubeObject>
  /** Any path: the parsed JSON, or text for other content types. */
  raw(method: string, path: string, body?: unknown, signal?: Cancel): Promise<unknown>
}

/** A local copy of a resource, kept current by list and watch. */
export interface Informer<T extends KubeObject> {
  /** Lists, then watches until the signal fires; relists on 410, retries with back-off when the server is away. */
  run(signal: Cancel): Promise<void>
  /** True after the first list. */
  readonly synced: boolean
  get(namespace: string, name: string): T | undefined
  items(): T[]
  /** Called for each change, and once per object at the first list. `old` is undefined for new, `next` for deleted. */
  onChange(listener: (next: T | undefined, old: T | undefined) => void): void
}
