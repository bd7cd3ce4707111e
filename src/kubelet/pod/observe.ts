// The list is the truth: every look gives a whole snapshot of a pod, from the runtime's lists. What a list does not
// tell (times, exit codes, addresses) is asked for once per change and remembered.
import type { Cancel } from '#base/cancel'
import {
  isRuntimeFault,
  type Runtime,
  type RuntimeContainer,
  type RuntimeContainerStatus,
  type Sandbox,
  type SandboxStatus,
} from '../contract.ts'
import type { PodFolders } from '../volumes/folders.ts'
import { podLabels } from './labels.ts'
import { lastWords } from './last-words.ts'
import type { Observed } from './observed.ts'

/** One relist: by pod uid, a text that differs when anything of the pod changed, and a sandbox or container of it. */
export type Relist = ReadonlyMap<
  string,
  { readonly print: string; readonly sample: Sandbox | RuntimeContainer }
>

/** Sees what the runtime has. */
export class Observer {
  readonly #runtime: Runtime
  readonly #folders: PodFolders
  readonly #containers = new Map<string, RuntimeContainerStatus>()
  readonly #sandboxes = new Map<string, SandboxStatus>()

  constructor(runtime: Runtime, folders: PodFolders) {
    this.#runtime = runtime
    this.#folders = folders
  }

  /** Everything of one pod, as it is now. @throws RuntimeFault */
  async look(uid: string, signal: Cancel): Promise<Observed> {
    const filter = { labels: { [podLabels.uid]: uid } }
    const [sandboxes, containers] = await Promise.all([
      this.#runtime.listPodSandbox(filter, signal),
      this.#runtime.listContainers(filter, signal),
    ])
    const details = {
      sandboxes: await this.#details(sandboxes, (one) => this.#sandbox(one, signal)),
      containers: await this.#details(containers, (one) => this.#container(uid, one, signal)),
    }
    return {
      sandboxes: details.sandboxes.sort((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt),
      containers: details.containers.sort((a, b) => b.createdAt - a.createdAt || b.attempt - a.attempt),
    }
  }

  /** All pods of the runtime with one list of each sort, whatever their number. @throws RuntimeFault */
  async relist(signal: Cancel): Promise<Relist> {
    const [sandboxes, containers] = await Promise.all([
      this.#runtime.listPodSandbox({}, signal),
      this.#runtime.listContainers({}, signal),
    ])
    this.#forget(this.#containers, containers)
    this.#forget(this.#sandboxes, sandboxes)
    const pods = new Map<string, { print: string; sample: Sandbox | RuntimeContainer }>()
    // Containers first, for they know their pod's grace.
    for (const one of [...containers, ...sandboxes]) {
      const uid = one.labels[podLabels.uid]
      if (uid === undefined) continue
      const state = 'ready' in one ? String(one.ready) : one.state
      const known = pods.get(uid)
      pods.set(uid, { print: `${known?.print ?? ''} ${one.id}:${state}`, sample: known?.sample ?? one })
    }
    return pods
  }

  #forget(known: Map<string, unknown>, listed: readonly { id: string }[]): void {
    const ids = new Set(listed.map(({ id }) => id))
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
  }

  /** What goes away between the list and the question is not there. */
  async #details<From, To>(list: readonly From[], ask: (one: From) => Promise<To>): Promise<To[]> {
    const found = await Promise.all(
      list.map((one) =>
        ask(one).catch((error: unknown) => {
          if (isRuntimeFault(error, 'notFound')) return undefined
          throw error
        }),
      ),
    )
    return found.filter((one) => one !== undefined)
  }

  async #sandbox(one: Sandbox, signal: Cancel): Promise<SandboxStatus> {
    const known = this.#sandboxes.get(one.id)
    if (known !== undefined && known.ready === one.ready) return known
    const status: SandboxStatus = one.ready
      ? await this.#runtime.podSandboxStatus(one.id, signal)
      : { ...one, ips: [] }
    if (status.ips.length > 0 || !one.ready) this.#sandboxes.set(one.id, status)
    return { ...status, labels: one.labels, annotations: one.annotations }
  }

  async #container(uid: string, one: RuntimeContainer, signal: Cancel): Promise<RuntimeContainerStatus> {
    const known = this.#containers.get(one.id)
    if (known !== undefined && known.state === one.state) return known
    const told = await this.#runtime.containerStatus(one.id, signal)
    const status = { ...told, sandboxId: one.sandboxId }
    const isOver = status.state === 'exited'
    const words = isOver
      ? await lastWords(status, this.#folders.terminationLog(uid, one.name, one.attempt))
      : ''
    const whole = { ...status, message: words || status.message }
    if (status.state === one.state) this.#containers.set(one.id, whole)
    return whole
  }
}
