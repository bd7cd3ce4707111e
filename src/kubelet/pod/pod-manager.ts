import { join } from 'node:path'
import type { Cancel } from '#base/cancel'
import type { Pod, PodStatus } from '#kinds/gen/core-v1'
import { keepCgroups } from '../cgroups/keep-cgroups.ts'
import { logFile, podLogFolder } from '../env/log-paths.ts'
import {
  type ContainerHandle,
  type PodManager,
  type PodManagerOptions,
  type PodSource,
  type VolumeUsage,
} from '../contract.ts'
import { VolumeKeeper } from '../volumes/volume-keeper.ts'
import { rejectedPod, rejectionOf } from './admit-pod.ts'
import { hasAppArmor, securityRejection } from './admit-security.ts'
import type { Relist } from './observe.ts'
import { instancesOf, readySandbox } from './observed.ts'
import { orphanPod } from './orphan.ts'
import { createParts, type Parts } from './parts.ts'
import type { Eviction } from './state.ts'
import { StatusWriter } from './status-writer.ts'
import { watchRuntime } from './watch-runtime.ts'
import { noProbes, PodProbes } from '../probes/pod-probes.ts'
import { Worker } from './worker.ts'

/** Marks the API's picture of a static pod; names the manifest that it shows. */
const mirrorAnnotation = 'kubernetes.io/config.mirror'

const relistMsDefault = 1000
const healthyMs = 180_000
const sourcesDefault: readonly PodSource[] = ['api', 'file']

/** The pod part of the kubelet over a runtime. */
export function createPodManager(options: PodManagerOptions): PodManager {
  return new Manager(options)
}

const keyOf = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`
/** True for a copy that a worker has already. */
const isSame = (a: Pod, b: Pod) =>
  a === b ||
  (a.metadata.resourceVersion !== undefined && a.metadata.resourceVersion === b.metadata.resourceVersion)
const uidOf = ({ metadata }: Pod) => metadata.uid ?? ''

class Manager implements PodManager {
  readonly #options: PodManagerOptions
  readonly #wanted = new Map<PodSource, Map<string, Pod>>()
  readonly #workers = new Map<string, Worker>()
  /** The API's pictures of static pods, by namespace and name. */
  #mirrors = new Map<string, Pod>()
  /** Uids of removed pods whose objects may still be listed for a moment. */
  readonly #finished = new Set<string>()
  #prints = new Map<string, string>()
  #writer: StatusWriter | undefined
  #parts: Parts | undefined
  #signal: Cancel | undefined
  #listedAt: number | undefined
  #complaint = ''

  constructor(options: PodManagerOptions) {
    this.#options = options
  }

  async run(signal: Cancel): Promise<void> {
    const { runtime, client, clock, log, relistMs = relistMsDefault } = this.#options
    this.#signal = signal
    if (client) this.#writer = new StatusWriter({ client, clock, log }, signal)
    const parts = createParts(this.#options, () => this.#alive(), signal)
    await parts.notes.load()
    await parts.resizes.load()
    this.#parts = parts
    // Who cannot be asked now is asked again when it matters.
    void parts.traits.learn(signal).catch(() => undefined)
    for (const worker of this.#workers.values()) worker.start(signal)
    this.#startAll()
    const look = (until: Cancel) => this.#tick(until)
    const hint = (uid: string) => this.#workers.get(uid)?.wake()
    await Promise.all([
      watchRuntime({ runtime, clock, relistMs, look, hint }, signal),
      this.#keeper(this.#parts).run(signal),
      this.#parts.plugins?.run(signal),
      this.#keepCgroups(this.#parts, signal),
    ])
  }

  async #keepCgroups({ cgroups }: Parts, signal: Cancel): Promise<void> {
    const { clock, log } = this.#options
    const isOrphan = (uid: string) => this.#isOrphan(uid)
    if (this.#options.cgroups)
      await keepCgroups({ cgroups, clock, log, isOrphan, alive: () => this.#alive() }, signal)
  }

  #keeper({ volumes }: Parts): VolumeKeeper {
    const { clock, log, syncMs } = this.#options
    const workers = () => [...this.#workers.values()]
    const pods = {
      running: () => workers().flatMap(({ state }) => (state.phase === 'running' ? [state.pod] : [])),
      isOrphan: (uid: string) => this.#isOrphan(uid),
      evict: (uid: string, message: string, graceSeconds: number) =>
        void this.evict(uid, message, graceSeconds),
    }
    return new VolumeKeeper({ volumes, pods, clock, log, ...(syncMs !== undefined && { syncMs }) })
  }

  /** True for a pod that nobody names any more; false while not all have spoken. */
  #isOrphan(uid: string): boolean {
    return this.#hasHeardAll() && !this.#workers.has(uid) && !this.#prints.has(uid)
  }

  /** Pods that have not come to their end. */
  #alive(): Pod[] {
    return [...this.#workers.values()].flatMap(({ state }) =>
      state.phase === 'terminated' ? [] : [state.pod],
    )
  }

  /** True once every source has spoken, and the runtime. */
  #hasHeardAll(): boolean {
    return (
      this.#listedAt !== undefined &&
      (this.#options.sources ?? sourcesDefault).every((source) => this.#wanted.has(source))
    )
  }

  update(source: PodSource, pods: readonly Pod[]): void {
    const mirrors = pods.filter(({ metadata }) => metadata.annotations?.[mirrorAnnotation] !== undefined)
    if (source === 'api') this.#mirrors = new Map(mirrors.map((pod) => [keyOf(pod), pod]))
    const own = pods.filter((pod) => source !== 'api' || !mirrors.includes(pod))
    this.#wanted.set(source, new Map(own.map((pod) => [uidOf(pod), pod])))
    this.#startAll()
    if (source === 'api') this.#tellMirrors()
  }

  pods(): Pod[] {
    return [...this.#workers.values()].map(withStatus)
  }

  find(namespace: string, name: string, uid?: string): Pod | undefined {
    const mirror = this.#mirrors.get(`${namespace}/${name}`)
    const found = this.pods().filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
    )
    const isMirror = uid !== undefined && mirror?.metadata.uid === uid
    // A pod that ends may still be here when another of its name runs.
    return found.findLast(({ metadata }) => uid === undefined || isMirror || metadata.uid === uid)
  }

  statusOf(uid: string): PodStatus | undefined {
    return this.#workers.get(uid)?.status
  }

  container(podUid: string, name: string, previous = false): ContainerHandle | undefined {
    const worker = this.#workers.get(podUid)
    const found = worker && instancesOf(worker.seen, name)[previous ? 1 : 0]
    if (worker === undefined || found === undefined) return undefined
    const { spec } = worker.state.pod
    const container = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(
      (one) => one.name === name,
    )
    const { id, sandboxId, attempt, state } = found
    return { id, sandboxId, attempt, state, tty: container?.tty === true, stdin: container?.stdin === true }
  }

  sandboxId(podUid: string): string | undefined {
    const worker = this.#workers.get(podUid)
    return worker && readySandbox(worker.seen)?.id
  }

  logPath(podUid: string, name: string, previous = false): string | undefined {
    const worker = this.#workers.get(podUid)
    const handle = this.container(podUid, name, previous)
    if (worker === undefined || handle === undefined) return undefined
    return join(podLogFolder(this.#options.podLogsDir, worker.state.pod), logFile(name, handle.attempt))
  }

  evict(podUid: string, message: string, graceSeconds: number): boolean {
    const worker = this.#workers.get(podUid)
    if (worker?.state.phase !== 'running') return false
    ;(this.#parts as Parts).recorder.warning(worker.state.pod, 'Evicted', message)
    return this.terminate(podUid, { reason: 'Evicted', message }, graceSeconds)
  }

  terminate(podUid: string, { reason, message }: Eviction, graceSeconds: number): boolean {
    const worker = this.#workers.get(podUid)
    if (worker?.state.phase !== 'waiting' && worker?.state.phase !== 'running') return false
    worker.tell({ type: 'evicted', reason, message, graceSeconds })
    return true
  }

  hasEnded(podUid: string): boolean {
    const state = this.#workers.get(podUid)?.state
    return state === undefined || (state.phase === 'terminated' && state.cleaned)
  }

  async volumeUsage(podUid: string, signal?: Cancel): Promise<ReadonlyMap<string, VolumeUsage>> {
    const worker = this.#workers.get(podUid)
    if (worker === undefined || this.#parts === undefined) return new Map()
    return await this.#parts.volumes.usage(worker.state.pod, () => true, signal)
  }

  async volumesInUse(): Promise<string[]> {
    return (await this.#parts?.volumesInUse()) ?? []
  }

  isHealthy(): boolean {
    return (this.listedAgoMs() ?? healthyMs) < healthyMs
  }

  listedAgoMs(): number | undefined {
    return this.#listedAt === undefined ? undefined : this.#options.clock.monotonic() - this.#listedAt
  }

  /** Brings the workers in line with what all sources want. */
  #startAll(): void {
    if (this.#parts === undefined) return
    const wanted = new Map([...this.#wanted.values()].flatMap((pods) => [...pods]))
    for (const [uid, pod] of wanted) this.#want(uid, pod)
    for (const uid of this.#finished) if (!wanted.has(uid)) this.#finished.delete(uid)
    for (const [uid, worker] of this.#workers) {
      if (wanted.has(uid) || !this.#mayEnd(worker)) continue
      worker.tell({ type: 'unwanted' })
    }
    this.#retryResizes()
  }

  /** Gives pods that wait for more what has come free. */
  #retryResizes(): void {
    if (this.#parts === undefined || !this.#hasHeardSources()) return
    const { granted, told } = this.#parts.resizes.retry(this.#alive())
    for (const pod of granted) this.#workers.get(uidOf(pod))?.tell({ type: 'wanted', pod })
    for (const uid of told) this.#workers.get(uid)?.wake()
  }

  #hasHeardSources(): boolean {
    return (this.#options.sources ?? sourcesDefault).every((source) => this.#wanted.has(source))
  }

  /** A pod ends for want of a source only once every source has spoken. */
  #mayEnd(worker: Worker): boolean {
    const { state } = worker
    if ((state.phase === 'terminating' || state.phase === 'terminated') && state.reason === 'unwanted')
      return false
    return (this.#options.sources ?? sourcesDefault).every((source) => this.#wanted.has(source))
  }

  #want(uid: string, pod: Pod): void {
    if (this.#finished.has(uid)) return
    const worker = this.#workers.get(uid)
    if (worker && isSame(worker.state.pod, pod)) return
    const taken = (this.#parts as Parts).resizes.take(pod)
    if (worker) worker.tell({ type: 'wanted', pod: taken })
    else this.#add(uid, this.#admitted(taken))
  }

  /** The pod itself, or as one that failed because the node does not take it. What began before is not asked again. */
  #admitted(pod: Pod): Pod {
    const { metadata, status } = pod
    const isBegun = status?.startTime !== undefined || this.#prints.has(uidOf(pod))
    const isNew = !isBegun && metadata.deletionTimestamp === undefined
    if (!isNew) return pod
    const rejection = this.#options.rejection?.(pod) ?? this.#securityRejection(pod) ?? this.#shortage(pod)
    if (!rejection) return pod
    ;(this.#parts as Parts).recorder.warning(pod, rejection.reason, rejection.message)
    return rejectedPod(pod, rejection, this.#options.clock.now())
  }

  #securityRejection(pod: Pod) {
    const { allowedUnsafeSysctls: allowedSysctls = [] } = this.#options
    const { hasGroupsPolicy } = (this.#parts as Parts).traits
    return securityRejection(pod, { allowedSysctls, hasAppArmor: hasAppArmor(), hasGroupsPolicy })
  }

  /** A static pod is the node's own: its file decides. */
  #shortage(pod: Pod) {
    if (this.#wanted.get('api')?.has(uidOf(pod)) !== true) return undefined
    return rejectionOf(pod, this.#alive(), this.#options.node.allocatable)
  }

  #add(uid: string, pod: Pod): Worker {
    const { clock, log, node, random, runtime } = this.#options
    const { observer, executor, recorder, notes, resizes } = this.#parts as Parts
    const changed = () => worker.wake()
    const { hostIPs } = node
    const probes =
      this.#options.asksContainers === false
        ? noProbes
        : new PodProbes({ runtime, clock, random, recorder, hostIPs, changed })
    const worker: Worker = new Worker(pod, {
      observer,
      executor,
      probes,
      recorder,
      notes,
      resizes,
      clock,
      log,
      hostIPs: node.hostIPs,
      report: (of, status) => this.#report(of, status),
      removed: (of) => this.#removed(uid, of),
    })
    this.#workers.set(uid, worker)
    worker.start(this.#signal as Cancel)
    return worker
  }

  #report(pod: Pod, status: PodStatus): void {
    if (this.#wanted.get('api')?.has(uidOf(pod))) this.#writer?.report(pod, status)
    else this.#tellMirror(pod, status)
  }

  #tellMirror(pod: Pod, status: PodStatus): void {
    const mirror = this.#mirrors.get(keyOf(pod))
    if (mirror && this.#isStatic(uidOf(pod))) this.#writer?.report(mirror, status)
  }

  #isStatic(uid: string): boolean {
    return [...this.#wanted].some(([source, pods]) => source !== 'api' && pods.has(uid))
  }

  /** A mirror that is new, or lost its status, gets it. */
  #tellMirrors(): void {
    const all = [...this.#wanted].flatMap(([source, pods]) => (source === 'api' ? [] : [...pods.values()]))
    for (const pod of all) {
      const mirror = this.#mirrors.get(keyOf(pod))
      const status = this.statusOf(uidOf(pod))
      if (mirror && status && mirror.status?.startTime === undefined) this.#writer?.report(mirror, status)
    }
  }

  #removed(uid: string, pod: Pod): void {
    this.#workers.delete(uid)
    this.#parts?.notes.forget(uid)
    this.#parts?.resizes.forget(uid)
    this.#retryResizes()
    if (!this.#wanted.get('api')?.has(uid)) return
    this.#finished.add(uid)
    this.#writer?.finish(pod)
  }

  async #tick(signal: Cancel): Promise<void> {
    const { log, clock } = this.#options
    const { observer } = this.#parts as Parts
    try {
      const relist = await observer.relist(signal)
      this.#listedAt = clock.monotonic()
      // What failed while the runtime was away waits for longer and longer: it is back.
      if (this.#complaint !== '') for (const worker of this.#workers.values()) worker.wake()
      this.#complaint = ''
      this.#wakeChanged(relist)
      this.#adopt(relist)
      this.#retryResizes()
    } catch (error) {
      // Told once, not once a second for as long as the runtime is away.
      const complaint = error instanceof Error ? error.message : String(error)
      if (!signal.aborted && complaint !== this.#complaint)
        log.warn('Failed to list pods of the container runtime', { err: complaint })
      this.#complaint = complaint
    }
  }

  #wakeChanged(relist: Relist): void {
    const prints = new Map([...relist].map(([uid, { print }]) => [uid, print]))
    for (const uid of new Set([...prints.keys(), ...this.#prints.keys()])) {
      if (prints.get(uid) !== this.#prints.get(uid)) this.#workers.get(uid)?.wake()
    }
    this.#prints = prints
  }

  /** What runs here and no source names is ended. */
  #adopt(relist: Relist): void {
    if (!(this.#options.sources ?? sourcesDefault).every((source) => this.#wanted.has(source))) return
    for (const [uid, { sample }] of relist) {
      if (this.#workers.has(uid)) continue
      this.#add(uid, orphanPod(sample)).tell({ type: 'unwanted' })
    }
  }
}

const withStatus = ({ state: { pod }, status }: Worker): Pod =>
  status === undefined ? pod : { ...pod, status }
