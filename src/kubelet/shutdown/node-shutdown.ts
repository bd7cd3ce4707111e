// What a node does when its machine is about to go down:
//
//   waiting ──going──▶ ending pods, step by step ──▶ done: the machine may go ──stays──▶ waiting
//
// From `going` on the node is not ready and takes no pods; `stays` is a shutdown that somebody took back.
import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import type { PodManager } from '../contract.ts'
import type { Rejection } from '../pod/admit-pod.ts'
import { type ShutdownGroup, shutdownSeconds, type ShutdownStep, shutdownSteps } from './shutdown-groups.ts'

/** What tells of shutdowns and can hold them up: logind where there is systemd. */
export interface ShutdownSource {
  /** How long at most it lets itself be held up, in milliseconds. */
  delayMs(signal: Cancel): Promise<number>
  /** Asks it to let itself be held up for so long. */
  setDelay(seconds: number, signal: Cancel): Promise<void>
  /** Holds shutdowns up until the function that it gives is called. */
  hold(signal: Cancel): Promise<() => void>
  /** Tells of each shutdown that begins (true) or is taken back; rejects when it cannot any more. */
  watch(tell: (isGoing: boolean) => void, signal: Cancel): Promise<void>
}

/** What a node's shutdown needs. */
export interface NodeShutdownOptions {
  readonly groups: readonly ShutdownGroup[]
  readonly source: ShutdownSource
  readonly pods: Pick<PodManager, 'pods' | 'terminate' | 'hasEnded'>
  readonly clock: Clock
  readonly log: Log
  /** Tells of what happens to the node. */
  readonly tell: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  /** The node's readiness is another from now on. */
  readonly changed: () => void
}

const message = 'Pod was terminated in response to imminent node shutdown.'
const reconnectMs = 1000
const lookMs = 100

/** Ends the pods of a node before its machine goes down. */
export class NodeShutdown {
  readonly #options: NodeShutdownOptions
  #isGoing = false
  #release = () => {}

  constructor(options: NodeShutdownOptions) {
    this.#options = options
  }

  /** Why the node is not ready. */
  get fault(): string | undefined {
    return this.#isGoing ? 'node is shutting down' : undefined
  }

  /** Why a pod is not taken. */
  get rejection(): Rejection | undefined {
    return this.#isGoing
      ? { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' }
      : undefined
  }

  /** Holds shutdowns up and follows them until the signal fires. */
  async run(signal: Cancel): Promise<void> {
    const { clock, log } = this.#options
    let complaint = ''
    while (!signal.aborted) {
      try {
        await this.#follow(signal)
      } catch (error) {
        if (signal.aborted) break
        const said = (error as Error).message
        // Told once: a machine without systemd has none in a second either.
        if (said !== complaint) log.error('Failed to start node shutdown manager', { err: error })
        complaint = said
      }
      this.#release()
      await sleep(clock, reconnectMs, signal).catch(() => {})
    }
    this.#release()
  }

  async #follow(signal: Cancel): Promise<void> {
    const { source, groups } = this.#options
    await this.#askForTime(shutdownSeconds(groups), signal)
    this.#release = await source.hold(signal)
    await source.watch((isGoing) => void this.#told(isGoing, signal), signal)
  }

  async #askForTime(seconds: number, signal: Cancel): Promise<void> {
    const { source } = this.#options
    if ((await source.delayMs(signal)) >= seconds * 1000) return
    await source.setDelay(seconds, signal)
    const now = await source.delayMs(signal)
    if (now < seconds * 1000)
      throw new Error(
        `node shutdown manager was unable to update logind InhibitDelayMaxSec to ${seconds}s (ShutdownGracePeriod), current value of InhibitDelayMaxSec (${now / 1000}s) is less than requested ShutdownGracePeriod`,
      )
  }

  async #told(isGoing: boolean, signal: Cancel): Promise<void> {
    const { tell, changed, log, source } = this.#options
    const what = isGoing ? 'event' : 'cancellation'
    tell('Normal', 'NodeShutdown', `Shutdown manager detected shutdown ${what}`)
    log.info(`Shutdown manager detected shutdown ${what}`)
    this.#isGoing = isGoing
    changed()
    try {
      if (isGoing) await this.#end(signal)
      else this.#release = await source.hold(signal)
    } catch (error) {
      if (!signal.aborted) log.error('Failed to process the shutdown', { err: error })
    }
  }

  async #end(signal: Cancel): Promise<void> {
    const { groups, pods, log } = this.#options
    const active = pods.pods().filter(({ metadata }) => !pods.hasEnded(metadata.uid ?? ''))
    for (const step of shutdownSteps(groups, active)) await this.#take(step, signal)
    log.info('Shutdown manager completed processing shutdown event, node will shutdown shortly')
    this.#release()
  }

  /** Ends the pods of a step, and waits until they have, or until it is the next one's turn. */
  async #take({ seconds, pods: members }: ShutdownStep, signal: Cancel): Promise<void> {
    const { clock, pods, log } = this.#options
    const uids = members.map(({ pod }) => pod.metadata.uid ?? '')
    members.forEach(({ graceSeconds }, at) =>
      pods.terminate(uids[at] as string, { reason: 'Terminated', message }, graceSeconds),
    )
    const until = clock.monotonic() + seconds * 1000
    while (!uids.every((uid) => pods.hasEnded(uid))) {
      if (clock.monotonic() >= until) return log.warn('Shutdown manager pod killing time out', { seconds })
      await sleep(clock, Math.min(lookMs, Math.max(1, until - clock.monotonic())), signal)
    }
  }
}
