import type { Clock } from '#base/clock'
import { type Cancel, never } from '#base/cancel'
import type { Client, ResourceName } from '#client'
import { isApiError, notFound } from '#base/errors'
import type { TokenRequest } from '#kinds/gen/authentication-v1'
import type {
  ConfigMap,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Secret,
} from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import { nodes } from '../node/resources.ts'
import type { AccountToken, TokenWish } from '../volumes/account-tokens.ts'

const configMaps: ResourceName = { group: '', version: 'v1', plural: 'configmaps', namespaced: true }
const secrets: ResourceName = { group: '', version: 'v1', plural: 'secrets', namespaced: true }

const claims: ResourceName = { group: '', version: 'v1', plural: 'persistentvolumeclaims', namespaced: true }
const volumes: ResourceName = { group: '', version: 'v1', plural: 'persistentvolumes', namespaced: false }
const serviceAccounts: ResourceName = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  namespaced: true,
}

/** What does not change is not read again, for as long as somebody asks at least this often. */
const keptMs = 180_000
/** Pods that start together share one read; what is older is asked for again. */
const freshMs = 1000

/** Reads what pods refer to. */
export class ApiReader {
  readonly #client: Client | undefined
  readonly #clock: Clock
  readonly #signal: Cancel
  /** Objects that were marked as never to change. */
  readonly #immutable = new Map<string, { askedAt: number; readonly object: KubeObject }>()
  readonly #recent = new Map<string, { readonly at: number; readonly object: Promise<KubeObject> }>()

  constructor(client: Client | undefined, clock: Clock, signal: Cancel = never) {
    this.#client = client
    this.#clock = clock
    this.#signal = signal
  }

  readonly configMap = (namespace: string, name: string): Promise<ConfigMap> =>
    this.#named<ConfigMap>(configMaps, 'configmap', namespace, name)

  readonly secret = (namespace: string, name: string): Promise<Secret> =>
    this.#named<Secret>(secrets, 'secret', namespace, name)

  readonly claim = (namespace: string, name: string): Promise<PersistentVolumeClaim> =>
    this.#get<PersistentVolumeClaim>(claims, namespace, name)

  readonly persistentVolume = (name: string): Promise<PersistentVolume> =>
    this.#get<PersistentVolume>(volumes, '', name)

  readonly node = (name: string): Promise<Node> => this.#get<Node>(nodes, '', name)

  /** A token of the pod's service account that is good for as long as the pod is there. */
  readonly token = async (pod: Pod, { audiences, expirationSeconds }: TokenWish): Promise<AccountToken> => {
    const { name = '', namespace = '', uid = '' } = pod.metadata
    const account = pod.spec?.serviceAccountName ?? 'default'
    if (this.#client === undefined)
      throw new Error(`no API server to ask for a token of ${JSON.stringify(account)}`)
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name, uid }
    const { status } = await this.#client.create<TokenRequest>(
      serviceAccounts,
      {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: {},
        spec: { audiences: [...audiences], expirationSeconds, boundObjectRef },
      },
      { namespace, subresource: 'token', name: account },
      this.#signal,
    )
    return { token: status?.token ?? '', expiresAt: Date.parse(status?.expirationTimestamp ?? '') }
  }

  /** The object; one that is not there is named as upstream's messages name it. */
  async #named<T extends KubeObject & { immutable?: boolean }>(
    resource: ResourceName,
    noun: string,
    namespace: string,
    name: string,
  ): Promise<T> {
    const now = this.#clock.monotonic()
    for (const [key, { askedAt }] of this.#immutable) if (now - askedAt > keptMs) this.#immutable.delete(key)
    const key = `${noun}/${namespace}/${name}`
    const kept = this.#immutable.get(key)
    if (kept) {
      kept.askedAt = now
      return kept.object as T
    }
    try {
      const object = await this.#get<T>(resource, namespace, name)
      if (object.immutable === true) this.#immutable.set(key, { askedAt: now, object })
      return object
    } catch (error) {
      if (isApiError(error, 'NotFound')) throw notFound({ group: '', resource: noun }, name)
      throw error
    }
  }

  #get<T extends KubeObject>(resource: ResourceName, namespace: string, name: string): Promise<T> {
    if (this.#client === undefined)
      throw new Error(`no API server to read ${resource.plural} ${JSON.stringify(name)} from`)
    const now = this.#clock.monotonic()
    for (const [key, { at }] of this.#recent) if (now - at > freshMs) this.#recent.delete(key)
    const key = `${resource.plural}/${namespace}/${name}`
    const known = this.#recent.get(key)
    if (known) return known.object as Promise<T>
    const object = this.#client.get<T>(resource, name, resource.namespaced ? { namespace } : {}, this.#signal)
    this.#recent.set(key, { at: now, object })
    return object
  }
}
