import type { Cancel } from '#base/cancel'
import { sleep, type Clock } from '#base/clock'
import { isApiError } from '#base/errors'
import type { Log } from '#base/log'
import type { Client, ResourceName } from '#client'
import type { Pod, PodStatus } from '#kinds/gen/core-v1'

const pods: ResourceName = { group: '', version: 'v1', plural: 'pods', namespaced: true }

/** What the API server shall know of one pod. */
interface Letter {
  pod: Pod
  status: PodStatus | undefined
  /** True when the object shall go, after its last status. */
  isLast: boolean
  isBusy: boolean
}

const retryMs = { first: 200, most: 7000 } as const

/** Tells the API server the newest status of each pod: once per change, again and again while the server is away. */
export class StatusWriter {
  readonly #client: Client
  readonly #clock: Clock
  readonly #log: Log
  readonly #signal: Cancel
  readonly #letters = new Map<string, Letter>()

  constructor(options: { client: Client; clock: Clock; log: Log }, signal: Cancel) {
    this.#client = options.client
    this.#clock = options.clock
    this.#log = options.log
    this.#signal = signal
  }

  /** Sends a status soon; one that waits to be sent is replaced. */
  report(pod: Pod, status: PodStatus): void {
    const letter = this.#letterOf(pod)
    letter.status = status
    this.#send(letter)
  }

  /** Deletes the object for good: nothing of the pod is left here. */
  finish(pod: Pod): void {
    const letter = this.#letterOf(pod)
    letter.isLast = true
    this.#send(letter)
  }

  #letterOf(pod: Pod): Letter {
    const uid = pod.metadata.uid ?? ''
    const letter = this.#letters.get(uid) ?? { pod, status: undefined, isLast: false, isBusy: false }
    letter.pod = pod
    this.#letters.set(uid, letter)
    return letter
  }

  #send(letter: Letter): void {
    if (letter.isBusy) return
    letter.isBusy = true
    void this.#deliver(letter).finally(() => {
      letter.isBusy = false
      if (this.#letters.get(letter.pod.metadata.uid ?? '') === letter) {
        this.#letters.delete(letter.pod.metadata.uid ?? '')
      }
    })
  }

  /** Never rejects. */
  async #deliver(letter: Letter): Promise<void> {
    let wait: number = retryMs.first
    while (!this.#signal.aborted && (letter.status !== undefined || letter.isLast)) {
      const { status } = letter
      try {
        if (status !== undefined) {
          await this.#patch(letter.pod, status)
          if (letter.status === status) letter.status = undefined
        } else {
          await this.#delete(letter.pod)
          letter.isLast = false
        }
        wait = retryMs.first
      } catch (error) {
        if (isOver(error)) return
        const { namespace, name } = letter.pod.metadata
        this.#log.warn('Failed to update status for pod', { pod: `${namespace}/${name}`, err: String(error) })
        await sleep(this.#clock, wait, this.#signal).catch(() => undefined)
        wait = Math.min(2 * wait, retryMs.most)
      }
    }
  }

  async #patch({ metadata }: Pod, status: PodStatus): Promise<void> {
    const patch = { metadata: { uid: metadata.uid }, status: { ...emptied, ...status } }
    const { name = '', namespace = '' } = metadata
    const params = { namespace, subresource: 'status' }
    await this.#client.patch(pods, name, 'application/merge-patch+json', patch, params, this.#signal)
  }

  async #delete({ metadata }: Pod): Promise<void> {
    const { name = '', namespace = '', uid = '' } = metadata
    await this.#client.delete(
      pods,
      name,
      { namespace, gracePeriodSeconds: 0, preconditions: { uid } },
      this.#signal,
    )
  }
}

/** What the kubelet may have set before and does not set now is taken away. */
const emptied = { message: null, reason: null, podIP: null, podIPs: null, initContainerStatuses: null }

/** The object is gone, or is another pod of the same name: there is nobody to tell. */
const isOver = (error: unknown) => isApiError(error, 'NotFound') || isApiError(error, 'Conflict')
