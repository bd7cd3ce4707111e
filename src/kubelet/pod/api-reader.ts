import type { Clock } from '#base/clock'
import { type Cancel, never } from '#base/cancel'
import type { Client, ResourceName } from '#client'
import type { ConfigMap, Secret } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'

const configMaps: ResourceName = { group: '', version: 'v1', plural: 'configmaps', namespaced: true }
const secrets: ResourceName = { group: '', version: 'v1', plural: 'secrets', namespaced: true }

/** Pods that start together share one read; what is older is asked for again. */
const freshMs = 1000

/** Reads what pods refer to. */
export class ApiReader {
  readonly #client: Client | undefined
  readonly #clock: Clock
  readonly #signal: Cancel
  readonly #recent = new Map<string, { readonly at: number; readonly object: Promise<KubeObject> }>()

  constructor(client: Client | undefined, clock: Clock, signal: Cancel = never) {
    this.#client = client
    this.#clock = clock
    this.#signal = signal
  }

  readonly configMap = (namespace: string, name: string): Promise<ConfigMap> =>
    this.#get<ConfigMap>(configMaps, namespace, name)

  readonly secret = (namespace: string, name: string): Promise<Secret> =>
    this.#get<Secret>(secrets, namespace, name)

  #get<T extends KubeObject>(resource: ResourceName, namespace: string, name: string): Promise<T> {
    if (this.#client === undefined)
      throw new Error(`no API server to read ${resource.plural} ${JSON.stringify(name)} from`)
    const now = this.#clock.monotonic()
    for (const [key, { at }] of this.#recent) if (now - at > freshMs) this.#recent.delete(key)
    const key = `${resource.plural}/${namespace}/${name}`
    const known = this.#recent.get(key)
    if (known) return known.object as Promise<T>
    const object = this.#client.get<T>(resource, name, { namespace }, this.#signal)
    this.#recent.set(key, { at: now, object })
    return object
  }
}
