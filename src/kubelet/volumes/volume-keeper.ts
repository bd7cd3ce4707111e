import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import type { PodVolumes } from './no-volumes.ts'
import { limitedVolumes, sizeLimitExcess } from './size-limit.ts'

/** What the keeper asks of the pods. */
export interface KeptPods {
  running(): readonly Pod[]
  /** True for a uid that nobody names any more; never before every source has spoken. */
  isOrphan(uid: string): boolean
  evict(uid: string, message: string, graceSeconds: number): void
}

/** What the keeper is given. */
export interface KeeperOptions {
  readonly volumes: PodVolumes
  readonly pods: KeptPods
  readonly clock: Clock
  readonly log: Log
  /** How often files are refreshed and orphans looked for; once a minute without it. */
  readonly syncMs?: number
}

const measureMs = 10_000
const syncMsDefault = 60_000
/** A pod that outgrew its volume is ended at once: upstream's least grace. */
const evictionGraceSeconds = 1

/** Looks after volumes while their pods run. What takes long for one pod keeps no other waiting. */
export class VolumeKeeper {
  readonly #options: KeeperOptions
  readonly #busy = new Set<string>()
  #refreshedAt: number | undefined

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Keeps on until the signal fires. */
  async run(signal: Cancel): Promise<void> {
    const { clock, syncMs = syncMsDefault } = this.#options
    while (!signal.aborted) {
      void this.round(signal)
      await sleep(clock, Math.min(measureMs, syncMs), signal).catch(() => undefined)
    }
  }

  /** Begins what is due; gives when all of it is done. */
  round(signal: Cancel): Promise<unknown> {
    const { pods, clock, syncMs = syncMsDefault } = this.#options
    const now = clock.monotonic()
    const begun = pods.running().map((pod) => this.#alone('measure', pod, () => this.#measure(pod, signal)))
    const isFresh = this.#refreshedAt !== undefined && now - this.#refreshedAt < syncMs
    if (isFresh) return Promise.all(begun)
    this.#refreshedAt = now
    const refreshed = pods
      .running()
      .map((pod) => this.#alone('refresh', pod, () => this.#refresh(pod, signal)))
    return Promise.all([...begun, ...refreshed, this.#removeOrphans(signal)])
  }

  async #measure(pod: Pod, signal: Cancel): Promise<void> {
    const limited = limitedVolumes(pod)
    if (limited.length === 0) return
    const usage = await this.#options.volumes.usage(pod, (volume) => limited.includes(volume), signal)
    const excess = sizeLimitExcess(pod, usage)
    if (excess !== undefined) this.#options.pods.evict(pod.metadata.uid ?? '', excess, evictionGraceSeconds)
  }

  async #refresh(pod: Pod, signal: Cancel): Promise<void> {
    const { volumes } = this.#options
    if (volumes.isRefreshed(pod)) await volumes.refresh(pod, signal)
  }

  async #removeOrphans(signal: Cancel): Promise<void> {
    const { volumes, pods } = this.#options
    const orphans = (await volumes.uids()).filter((uid) => pods.isOrphan(uid))
    await Promise.all(
      orphans.map((uid) => this.#alone('remove', { metadata: { uid } }, () => volumes.remove(uid, signal))),
    )
  }

  /** Does something for a pod unless the same is going on already; what fails is told, and tried at the next round. */
  async #alone(what: string, { metadata }: Pick<Pod, 'metadata'>, work: () => Promise<void>): Promise<void> {
    const key = `${what}/${metadata.uid}`
    if (this.#busy.has(key)) return
    this.#busy.add(key)
    try {
      await work()
    } catch (error) {
      this.#options.log.warn(`Failed to ${what} volumes`, { podUID: metadata.uid, err: String(error) })
    } finally {
      this.#busy.delete(key)
    }
  }
}
