import type { Cancel } from '#base/cancel'
import { sleep } from '#base/clock'
import { type Client, createInformer } from '#client'
import { pod as podKind } from '#kinds/core/pod/index'
import type { Pod } from '#kinds/gen/core-v1'
import type { KubeletHost } from '../kubelet/options.ts'

const syncedMs = 50

/** Hears all pods of one node whenever one of them changes. */
type Listener = (pods: readonly Pod[]) => void

interface Route {
  readonly listener: Listener
  readonly pods: Map<string, Pod>
}

/** One watch of all bound pods for all nodes of this process, each of which hears of its own. */
export class PodRouter {
  readonly #routes = new Map<string, Route>()
  readonly #due = new Set<Route>()
  readonly #pods = new Map<string, Pod>()
  #isSynced = () => false

  /** Tells a node its pods from now on. */
  add(nodeName: string, listener: Listener): void {
    const own = [...this.#pods.values()].filter((pod) => pod.spec?.nodeName === nodeName)
    const route = { listener, pods: new Map(own.map((pod) => [uidOf(pod), pod])) }
    this.#routes.set(nodeName, route)
    if (this.#isSynced()) this.#tellSoon(route)
  }

  /** The pod of that uid. */
  find(uid: string): Pod | undefined {
    return this.#pods.get(uid)
  }

  /** Follows the pods until the signal fires. */
  async run(client: Client, { clock, random, log }: KubeletHost, signal: Cancel): Promise<void> {
    const params = { fieldSelector: 'spec.nodeName!=' }
    const informer = createInformer<Pod>({
      client,
      resource: podKind,
      clock,
      random,
      log,
      params,
      transform: withoutManagers,
    })
    informer.onChange((next, old) => this.#change(next, old))
    this.#isSynced = () => informer.synced && !signal.aborted
    const running = informer.run(signal)
    while (!informer.synced && !signal.aborted) await sleep(clock, syncedMs, signal).catch(() => {})
    // That there are no pods must be told too.
    for (const route of this.#routes.values()) this.#tellSoon(route)
    await running
  }

  #change(next: Pod | undefined, old: Pod | undefined): void {
    // Another pod of the same name may have come in one step.
    if (old !== undefined && (next === undefined || uidOf(next) !== uidOf(old))) this.#forget(old)
    if (next !== undefined) this.#pods.set(uidOf(next), next)
    const route = this.#routes.get((next ?? old)?.spec?.nodeName ?? '')
    if (route === undefined) return
    if (next !== undefined) route.pods.set(uidOf(next), next)
    this.#tellSoon(route)
  }

  #forget(pod: Pod): void {
    this.#pods.delete(uidOf(pod))
    this.#routes.get(pod.spec?.nodeName ?? '')?.pods.delete(uidOf(pod))
  }

  /** Many changes come at once, above all at the first list: a node hears of them as one. */
  #tellSoon(route: Route): void {
    if (this.#due.size === 0) queueMicrotask(() => this.#tell())
    this.#due.add(route)
  }

  #tell(): void {
    const due = [...this.#due]
    this.#due.clear()
    for (const { listener, pods } of due) listener([...pods.values()])
  }
}

const uidOf = ({ metadata }: Pod) => metadata.uid ?? ''

/** Who owns which field is a third of a pod, and nothing to a node. */
function withoutManagers(pod: Pod): Pod {
  const { managedFields: _, ...metadata } = pod.metadata
  return { ...pod, metadata }
}
