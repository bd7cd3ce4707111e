import { type Cancel, onCancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { isApiError } from '#base/errors'
import type { Log } from '#base/log'
import type { Client } from '#client'
import type { Node, Pod } from '#kinds/gen/core-v1'
import { nodes, pods } from '../node/resources.ts'
import { type MirrorAction, planMirrors, toMirror } from './mirror-plan.ts'

/** What keeps mirrors. */
export interface MirrorOptions {
  readonly client: Client
  readonly nodeName: string
  readonly clock: Clock
  readonly log: Log
}

const retryMs = { first: 500, most: 10_000 } as const

/** Makes the API show this node's static pods: deleted mirrors come back, those of removed manifests go. */
export class MirrorKeeper {
  readonly #options: MirrorOptions
  #wanted: readonly Pod[] | undefined
  #bound: readonly Pod[] | undefined
  #isDue = false
  #wake = () => {}

  constructor(options: MirrorOptions) {
    this.#options = options
  }

  /** Tells all static pods. */
  want(wanted: readonly Pod[]): void {
    this.#wanted = wanted
    this.#look()
  }

  /** Tells all pods that the API binds to this node. */
  see(bound: readonly Pod[]): void {
    this.#bound = bound
    this.#look()
  }

  #look(): void {
    this.#isDue = true
    this.#wake()
  }

  /** Acts until the signal fires; what fails is tried again. */
  async run(signal: Cancel): Promise<void> {
    let waitMs: number = retryMs.first
    while (!signal.aborted) {
      this.#isDue = false
      const isDone = await this.#act(signal)
      waitMs = isDone ? retryMs.first : Math.min(waitMs * 2, retryMs.most)
      await this.#pause(isDone ? undefined : waitMs, signal)
    }
  }

  async #act(signal: Cancel): Promise<boolean> {
    if (!this.#wanted || !this.#bound) return true
    let isDone = true
    for (const action of planMirrors(this.#wanted, this.#bound)) {
      try {
        await this.#do(action, signal)
      } catch (error) {
        if (signal.aborted) return true
        isDone = false
        this.#options.log.warn(`Failed to ${action.do} the mirror of a static pod`, {
          pod: (action.do === 'create' ? action.of : action.mirror).metadata.name,
          err: error,
        })
      }
    }
    return isDone
  }

  async #do(action: MirrorAction, signal: Cancel): Promise<void> {
    const { client, nodeName } = this.#options
    if (action.do === 'create') {
      const node = await client.get<Node>(nodes, nodeName, {}, signal)
      const { namespace = '' } = action.of.metadata
      try {
        await client.create<Pod>(pods, toMirror(action.of, node), { namespace }, signal)
      } catch (error) {
        // The list that the plan was made from may be a moment old.
        if (!isApiError(error, 'AlreadyExists')) throw error
      }
      return
    }
    const { name = '', namespace = '', uid = '' } = action.mirror.metadata
    const how = { namespace, gracePeriodSeconds: 0, preconditions: { uid } }
    try {
      await client.delete(pods, name, how, signal)
    } catch (error) {
      if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error
    }
  }

  /** Waits for news, or for `ms` when there is something to try again. */
  async #pause(ms: number | undefined, signal: Cancel): Promise<void> {
    if ((this.#isDue && ms === undefined) || signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel()
        release()
        this.#wake = () => {}
        resolve()
      }
      const cancel = ms === undefined ? () => {} : this.#options.clock.after(ms, done)
      const release = onCancel(signal, done)
      if (ms === undefined) this.#wake = done
    })
  }
}
