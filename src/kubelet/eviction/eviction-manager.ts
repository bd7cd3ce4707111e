import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import type { PodManager, Runtime } from '../contract.ts'
import type { MachineReadings, RuntimeReadings } from '../node/readings.ts'
import type { Pressure } from '../node/thresholds.ts'
import type { Rejection } from '../pod/admit-pod.ts'
import { withTimeLimit } from '../pod/time-limit.ts'
import { isCritical, pressureRejection } from './admission.ts'
import { crossed, judge, type Limit, nothingWatched, type Watched } from './judge.ts'
import { measurePods } from './measure-pods.ts'
import { evictionMessage } from './message.ts'
import { type PodUse, rank } from './rank.ts'
import { type Observations, observe, type PressureName, signals } from './signals.ts'
import { hasStorageLimit, storageExcess } from './storage-limits.ts'
import { unusedImages } from './unused-images.ts'

/** What evicting pods needs. */
export interface EvictionOptions {
  readonly limits: readonly Limit[]
  readonly pods: Pick<PodManager, 'pods' | 'evict' | 'hasEnded' | 'volumeUsage'>
  readonly runtime: Pick<Runtime, 'listContainers' | 'listContainerStats' | 'listImages' | 'removeImage'>
  readonly readMachine: () => Promise<MachineReadings>
  /** The file system that images are on. */
  readonly readImageDisk: (signal: Cancel) => Promise<RuntimeReadings['imageDisk']>
  readonly podLogsDir: string
  readonly clock: Clock
  readonly log: Log
  /** Tells of the node. */
  readonly tell: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  /** Hears that the node's pressures are others than before. */
  readonly changed: () => void
  /** For how long a pressure is told of after it was last there; 5 min without it. */
  readonly transitionMs?: number
  /** The longest grace of a pod that is evicted for a soft limit, in seconds; 0 without it. */
  readonly graceSecondsMax?: number
  /** How often is looked; 10 s without it. */
  readonly checkMs?: number
}

const transitionMsDefault = 300_000
const checkMsDefault = 10_000
const cleanupMs = 30_000
const measureMs = 30_000
const cleanupPollMs = 1000
/** Upstream's least grace. */
const hurriedSeconds = 1

/** Watches what the node is short of, refuses pods while it is, and evicts one after another until it is not. */
export class EvictionManager {
  readonly #options: EvictionOptions
  #watched: Watched = nothingWatched
  #pressures: readonly PressureName[] = []

  constructor(options: EvictionOptions) {
    this.#options = options
  }

  /** What the node is short of, as its conditions tell. */
  get pressure(): Pressure {
    const has = (name: PressureName) => this.#pressures.includes(name)
    return { memory: has('MemoryPressure'), disk: has('DiskPressure'), pid: has('PIDPressure') }
  }

  /** Why a pod is not taken now, if so. */
  rejection(pod: Pod): Rejection | undefined {
    return pressureRejection(pod, this.#pressures)
  }

  /** Looks again and again until the signal fires. */
  async run(signal: Cancel): Promise<void> {
    const { clock, log, checkMs = checkMsDefault } = this.#options
    while (!signal.aborted) {
      const evicted = await this.round(signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn('Cannot tell what the node is short of', { err: String(error) })
        return undefined
      })
      if (evicted) await this.#cleanedUp(evicted, signal)
      else await sleep(clock, checkMs, signal).catch(() => undefined)
    }
  }

  /** Looks once; gives the pod that was evicted, if any. */
  async round(signal: Cancel): Promise<Pod | undefined> {
    const { clock, limits, transitionMs = transitionMsDefault } = this.#options
    const observations = limits.length === 0 ? new Map() : await this.#observe(signal)
    const verdict = judge(this.#watched, limits, observations, clock.monotonic(), transitionMs)
    this.#watched = verdict.watched
    this.#setPressures(verdict.pressures)
    const greedy = await this.#evictBeyondLimits(signal)
    const [limit] = verdict.due
    return greedy ?? (limit && (await this.#act(limit, observations, signal)))
  }

  /** Ends pods that hold more on the node's disk than they may; gives the last of them. Only those with a limit are measured. */
  async #evictBeyondLimits(signal: Cancel): Promise<Pod | undefined> {
    const { pods } = this.#options
    const limited = pods.pods().filter((pod) => isRunning(pod) && hasStorageLimit(pod) && !isCritical(pod))
    if (limited.length === 0) return undefined
    const evicted = (await this.#measure(limited, true, signal)).filter((one) => {
      const excess = storageExcess(one)
      return excess !== undefined && pods.evict(one.pod.metadata.uid ?? '', excess, hurriedSeconds)
    })
    return evicted.at(-1)?.pod
  }

  /** A volume that does not answer must not keep the node from being looked at. */
  #measure(running: readonly Pod[], withDisks: boolean, signal: Cancel): Promise<PodUse[]> {
    return withTimeLimit(this.#options.clock, measureMs, signal, (limited) =>
      measurePods(this.#options, running, withDisks, limited),
    )
  }

  async #observe(signal: Cancel): Promise<Observations> {
    const { readMachine, readImageDisk } = this.#options
    const [machine, imageDisk] = await Promise.all([readMachine(), readImageDisk(signal)])
    return observe(machine, { imageDisk })
  }

  #setPressures(pressures: readonly PressureName[]): void {
    const isSame = pressures.toSorted().join() === this.#pressures.toSorted().join()
    this.#pressures = pressures
    if (!isSame) this.#options.changed()
  }

  /** Does something against a shortage: what nobody uses goes first. */
  async #act(limit: Limit, observations: Observations, signal: Cancel): Promise<Pod | undefined> {
    const { tell, log, limits } = this.#options
    const scarce = (signals[limit.signal] as (typeof signals)[string]).scarce
    tell('Warning', 'EvictionThresholdMet', `Attempting to reclaim ${scarce}`)
    log.info('The node is short of something', { what: scarce, signal: limit.signal })
    if (isOfDisk(limit)) {
      await this.#removeImages(signal)
      if (crossed(limits, await this.#observe(signal), true).length === 0) return undefined
    }
    return this.#evictOne(limit, observations, signal)
  }

  async #removeImages(signal: Cancel): Promise<void> {
    const { runtime, pods, log } = this.#options
    const [images, containers] = await Promise.all([
      runtime.listImages(signal),
      runtime.listContainers({}, signal),
    ])
    for (const { id, repoTags, sizeBytes } of unusedImages(images, containers, pods.pods())) {
      try {
        await runtime.removeImage(id, signal)
        log.info('Removed an image to free bytes', { image: repoTags[0] ?? id, bytes: sizeBytes })
      } catch (error) {
        if (signal.aborted) throw error
        log.warn('Cannot remove an image', { image: id, err: String(error) })
      }
    }
  }

  async #evictOne(limit: Limit, observations: Observations, signal: Cancel): Promise<Pod | undefined> {
    const { pods, graceSecondsMax = 0, log } = this.#options
    const running = pods.pods().filter(isRunning)
    const uses = await this.#measure(running, isOfDisk(limit), signal)
    const scarce = (signals[limit.signal] as (typeof signals)[string]).scarce
    const graceSeconds = limit.graceMs === 0 ? hurriedSeconds : Math.max(hurriedSeconds, graceSecondsMax)
    for (const one of rank(scarce, uses)) {
      if (isCritical(one.pod)) continue
      const message = evictionMessage(limit, one, observations)
      if (pods.evict(one.pod.metadata.uid ?? '', message, graceSeconds)) return one.pod
    }
    log.warn('The node is short of something and has no pod to evict', { what: scarce })
    return undefined
  }

  /** Waits until a pod is gone, so that what it gives back is seen before another one goes. */
  async #cleanedUp({ metadata }: Pod, signal: Cancel): Promise<void> {
    const { clock, pods } = this.#options
    const until = clock.monotonic() + cleanupMs
    do await sleep(clock, cleanupPollMs, signal).catch(() => undefined)
    while (!signal.aborted && clock.monotonic() < until && !pods.hasEnded(metadata.uid ?? ''))
  }
}

const isOfDisk = ({ signal }: Limit) => signals[signal]?.pressure === 'DiskPressure'

const isRunning = ({ status }: Pod) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
