import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import { isApiError } from '#base/errors'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { KubeObject } from '#schema/object'
import type { Client, Informer, ListParams, ResourceName, WatchEvent } from './contract.ts'

/** What an informer is made of. */
export interface InformerOptions<T = KubeObject> {
  readonly client: Client
  readonly resource: ResourceName
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Namespace and selectors; everything without it. */
  readonly params?: Pick<ListParams, 'namespace' | 'labelSelector' | 'fieldSelector'>
  /** Gives what is kept and told of an object; without it, the whole object. */
  readonly transform?: (object: T) => T
}

type Listener<T> = (next: T | undefined, old: T | undefined) => void

const pageSize = 500
const waitMsMin = 200
const waitMsMax = 10_000

/** A local copy of a resource that lists, watches, and does both again after whatever goes wrong. */
export function createInformer<T extends KubeObject>(options: InformerOptions<T>): Informer<T> {
  return new ListWatcher<T>(options)
}

class ListWatcher<T extends KubeObject> implements Informer<T> {
  readonly #options: InformerOptions<T>
  readonly #objects = new Map<string, T>()
  readonly #listeners: Listener<T>[] = []
  #revision = ''
  #waitMs = waitMsMin
  synced = false

  constructor(options: InformerOptions<T>) {
    this.#options = options
  }

  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(`${namespace}/${name}`)
  }

  items(): T[] {
    return [...this.#objects.values()]
  }

  onChange(listener: Listener<T>): void {
    this.#listeners.push(listener)
  }

  async run(signal: Cancel): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#revision === '') await this.#list(signal)
        const events = await this.#watch(signal)
        // A server that ends watches as soon as they start is asked again, but not at once.
        if (events === 0) await this.#pause(signal)
      } catch (error) {
        if (signal.aborted) return
        await this.#recover(error, signal)
      }
    }
  }

  /** Forgets the revision when it is too old; waits longer each time for everything else. */
  async #recover(error: unknown, signal: Cancel): Promise<void> {
    const { log, resource } = this.#options
    if (isApiError(error, 'Expired') || isApiError(error, 'Gone')) {
      this.#revision = ''
      return
    }
    log.warn('Cannot watch, trying again', {
      resource: resource.plural,
      err: error,
      after: `${this.#waitMs}ms`,
    })
    await this.#pause(signal)
  }

  /** Watchers of a server that comes back must not all come at once. */
  async #pause(signal: Cancel): Promise<void> {
    const { clock, random } = this.#options
    await sleep(clock, this.#waitMs * (0.5 + random.next()), signal).catch(() => {})
    this.#waitMs = Math.min(this.#waitMs * 2, waitMsMax)
  }

  async #list(signal: Cancel): Promise<void> {
    const { client, resource, params } = this.#options
    const found = new Map<string, T>()
    let page = await client.list<T>(resource, { ...params, limit: pageSize }, signal)
    for (;;) {
      for (const object of page.items) found.set(keyOf(object), object)
      const { continue: token } = page.metadata
      if (token === undefined || token === '') break
      page = await client.list<T>(resource, { ...params, limit: pageSize, continue: token }, signal)
    }
    this.#replace(found)
    this.#revision = page.metadata.resourceVersion ?? ''
    this.#waitMs = waitMsMin
    this.synced = true
  }

  /** Tells of what differs from what was known. */
  #replace(found: ReadonlyMap<string, T>): void {
    for (const [key, old] of this.#objects) if (!found.has(key)) this.#remove(key, old)
    for (const [key, next] of found) {
      const old = this.#objects.get(key)
      if (old?.metadata.resourceVersion !== next.metadata.resourceVersion) this.#store(key, next)
    }
  }

  async #watch(signal: Cancel): Promise<number> {
    const { client, resource, params } = this.#options
    const from = { ...params, resourceVersion: this.#revision }
    let events = 0
    for await (const event of client.watch<T>(resource, from, signal)) {
      this.#apply(event)
      this.#waitMs = waitMsMin
      events += 1
    }
    return events
  }

  #apply({ type, object }: WatchEvent<T>): void {
    const key = keyOf(object)
    if (type === 'DELETED') this.#remove(key, object)
    else if (type !== 'BOOKMARK') this.#store(key, object)
    this.#revision = object.metadata.resourceVersion ?? this.#revision
  }

  #store(key: string, object: T): void {
    const old = this.#objects.get(key)
    const next = this.#options.transform?.(object) ?? object
    this.#objects.set(key, next)
    for (const listener of this.#listeners) listener(next, old)
  }

  #remove(key: string, last: T): void {
    this.#objects.delete(key)
    for (const listener of this.#listeners) listener(undefined, last)
  }
}

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`
