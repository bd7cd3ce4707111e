import { type Cancel, never } from '#base/cancel'
import type { Status } from '#base/errors'
import { parseJson, stringifyJson } from '#schema/json'
import type { KubeObject } from '#schema/object'
import type {
  Client,
  ClientRequest,
  ClientResponse,
  DeleteParams,
  ListParams,
  ObjectList,
  PatchType,
  ResourceName,
  Transport,
  WatchEvent,
  WriteParams,
} from './contract.ts'
import { readLines } from './read-lines.ts'
import { readText, statusError, toRefusal } from './refusal.ts'
import { deleteOptions, listQuery, resourcePath, watchQuery, writeQuery } from './request-path.ts'

const jsonType = 'application/json'
const encoder = new TextEncoder()

/** Typed access to an API server over any transport. */
export function createClient(transport: Transport): Client {
  return new ApiClient(transport)
}

class ApiClient implements Client {
  readonly transport: Transport

  constructor(transport: Transport) {
    this.transport = transport
  }

  get<T extends KubeObject>(
    resource: ResourceName,
    name: string,
    options: { namespace?: string; subresource?: string } = {},
    signal: Cancel = never,
  ): Promise<T> {
    return this.#json<T>('GET', resourcePath(resource, { ...options, name }), undefined, signal)
  }

  list<T extends KubeObject>(resource: ResourceName, params: ListParams = {}, signal: Cancel = never) {
    const path = resourcePath(resource, { namespace: params.namespace }) + listQuery(params)
    return this.#json<ObjectList<T>>('GET', path, undefined, signal)
  }

  async *watch<T extends KubeObject>(
    resource: ResourceName,
    params: ListParams,
    signal: Cancel,
  ): AsyncGenerator<WatchEvent<T>> {
    const path = resourcePath(resource, { namespace: params.namespace }) + watchQuery(params)
    const { body } = await this.#accepted({ method: 'GET', path, headers: { accept: jsonType } }, signal)
    for await (const line of readLines(body)) {
      const event = parseJson(line) as unknown as WatchEvent<T> | { type: 'ERROR'; object: Status }
      if (event.type === 'ERROR') throw statusError(event.object)
      yield event
    }
  }

  create<T extends KubeObject>(
    resource: ResourceName,
    object: T,
    params: WriteParams & { name?: string } = {},
    signal: Cancel = never,
  ): Promise<T> {
    const namespace = params.namespace ?? object.metadata.namespace
    const { name, subresource } = params
    return this.#json<T>(
      'POST',
      resourcePath(resource, { namespace, name, subresource }) + writeQuery(params),
      object,
      signal,
    )
  }

  update<T extends KubeObject>(
    resource: ResourceName,
    object: T,
    params: WriteParams = {},
    signal: Cancel = never,
  ): Promise<T> {
    const { name, namespace: own } = object.metadata
    const path = resourcePath(resource, {
      namespace: params.namespace ?? own,
      name,
      subresource: params.subresource,
    })
    return this.#json<T>('PUT', path + writeQuery(params), object, signal)
  }

  patch<T extends KubeObject>(
    resource: ResourceName,
    name: string,
    type: PatchType,
    patch: unknown,
    params: WriteParams = {},
    signal: Cancel = never,
  ): Promise<T> {
    const { namespace, subresource } = params
    const path = resourcePath(resource, { namespace, name, subresource }) + writeQuery(params)
    return this.#json<T>('PATCH', path, patch, signal, type)
  }

  delete(resource: ResourceName, name: string, params: DeleteParams = {}, signal: Cancel = never) {
    const path = resourcePath(resource, { namespace: params.namespace, name })
    return this.#json<KubeObject>('DELETE', path, deleteOptions(params), signal)
  }

  async raw(method: string, path: string, body?: unknown, signal: Cancel = never): Promise<unknown> {
    const response = await this.#accepted(requestOf(method, path, body, jsonType), signal)
    const text = await readText(response.body)
    return (response.headers['content-type'] ?? '').startsWith(jsonType) ? parseJson(text) : text
  }

  async #json<T>(method: string, path: string, body: unknown, signal: Cancel, type = jsonType): Promise<T> {
    const { body: answer } = await this.#accepted(requestOf(method, path, body, type), signal)
    return parseJson(await readText(answer)) as T
  }

  /** The answer when it is no refusal. */
  async #accepted(request: ClientRequest, signal: Cancel): Promise<ClientResponse> {
    const response = await this.transport.request(request, signal)
    if (response.status >= 400) throw await toRefusal(response.status, response.body)
    return response
  }
}

function requestOf(method: string, path: string, body: unknown, type: string): ClientRequest {
  if (body === undefined) return { method, path, headers: { accept: jsonType } }
  const headers = { accept: jsonType, 'content-type': type }
  return {
    method,
    path,
    headers,
    body: encoder.encode(typeof body === 'string' ? body : stringifyJson(body)),
  }
}
