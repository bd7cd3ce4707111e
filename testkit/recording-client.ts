import { alreadyExists, ApiError, notFound } from '#base/errors'
import type { Client, ResourceName } from '#client'
import type { KubeObject } from '#schema/object'
import { applyMergePatch } from '#schema/merge-patch'
import type { Json } from '#schema/object'

type Stored = KubeObject & { [key: string]: unknown }

/** A client that keeps objects in this process and notes what it was asked; for tests of what writes to the API. */
export class RecordingClient implements Client {
  readonly objects = new Map<string, Stored>()
  /** `PATCH pods/default/web` and the like, in order. */
  readonly calls: string[] = []
  /** Set to make every call fail as if no server answered. */
  isAway = false

  get transport(): never {
    throw new Error('a recording client has no transport')
  }

  /** Stores an object as if somebody else had made it. */
  put(plural: string, object: object): void {
    const stored = object as Stored
    this.objects.set(`${plural}/${stored.metadata.namespace}/${stored.metadata.name}`, stored)
  }

  /** All objects of a resource. */
  all<T>(plural: string): T[] {
    return [...this.objects].flatMap(([key, object]) => (key.startsWith(`${plural}/`) ? [object as T] : []))
  }

  #note(verb: string, { plural }: ResourceName, namespace = '', name = ''): string {
    if (this.isAway) throw new Error('no answer')
    const key = `${plural}/${namespace}/${name}`
    this.calls.push(`${verb} ${key}`)
    return key
  }

  async get<T extends KubeObject>(
    resource: ResourceName,
    name: string,
    options: { namespace?: string } = {},
  ) {
    const object = this.objects.get(this.#note('GET', resource, options.namespace, name))
    if (object === undefined) throw notFound({ group: resource.group, resource: resource.plural }, name)
    return structuredClone(object) as unknown as T
  }

  async create<T extends KubeObject>(resource: ResourceName, object: T, params: { namespace?: string } = {}) {
    const key = this.#note('POST', resource, params.namespace, object.metadata.name)
    if (resource.plural !== 'events' && this.objects.has(key))
      throw alreadyExists({ group: resource.group, resource: resource.plural }, object.metadata.name ?? '')
    this.objects.set(key, structuredClone(object) as unknown as Stored)
    return object
  }

  async patch<T extends KubeObject>(
    resource: ResourceName,
    name: string,
    _type: string,
    patch: unknown,
    params: { namespace?: string } = {},
  ) {
    const key = this.#note('PATCH', resource, params.namespace, name)
    const before = this.objects.get(key)
    if (before === undefined) throw notFound({ group: resource.group, resource: resource.plural }, name)
    const { uid } = ((patch as Partial<KubeObject>).metadata ?? {}) as { uid?: string }
    if (uid !== undefined && uid !== before.metadata.uid) throw new ApiError('Conflict', 'another uid')
    const after = applyMergePatch(before as unknown as Json, patch as Json) as unknown as Stored
    this.objects.set(key, after)
    return after as unknown as T
  }

  async delete(resource: ResourceName, name: string, params: { namespace?: string } = {}) {
    const key = this.#note('DELETE', resource, params.namespace, name)
    const object = this.objects.get(key)
    if (object === undefined) throw notFound({ group: resource.group, resource: resource.plural }, name)
    this.objects.delete(key)
    return object
  }

  list(): never {
    throw new Error('a recording client does not list')
  }

  watch(): never {
    throw new Error('a recording client does not watch')
  }

  async update<T extends KubeObject>(resource: ResourceName, object: T, params: { namespace?: string } = {}) {
    const key = this.#note('PUT', resource, params.namespace, object.metadata.name)
    if (!this.objects.has(key))
      throw notFound({ group: resource.group, resource: resource.plural }, object.metadata.name ?? '')
    this.objects.set(key, structuredClone(object) as unknown as Stored)
    return object
  }

  raw(): never {
    throw new Error('a recording client takes no raw requests')
  }
}
