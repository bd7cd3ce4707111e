import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { timeOf } from '#base/time'
import type { Client, ResourceName } from '#client'
import type { Event, ObjectReference, Pod } from '#kinds/gen/core-v1'
import { Serial } from '../images/serial.ts'
import type { Recorder } from './recorder.ts'

const events: ResourceName = { group: '', version: 'v1', plural: 'events', namespaced: true }

/** Events that wait to be sent; what comes when so many wait is dropped, for events are a courtesy. */
const waitingMost = 1000
/** Events that are remembered, to count repetitions. */
const rememberedMost = 4096

interface Told {
  name: string
  count: number
  firstTimestamp: string
}

/** What happened, and to what. */
interface News {
  readonly type: string
  readonly about: ObjectReference
  readonly reason: string
  readonly message: string
  readonly at: number
}

/** Records what happens to pods and to the node as Event objects, as upstream's kubelet does: repetitions raise a count. */
export class EventRecorder implements Recorder {
  readonly #options: { client: Client; clock: Clock; log: Log; nodeName: string; signal: Cancel }
  readonly #told = new Map<string, Told>()
  readonly #serial = new Serial()
  #waiting = 0

  constructor(options: { client: Client; clock: Clock; log: Log; nodeName: string; signal: Cancel }) {
    this.#options = options
  }

  normal(pod: Pod, reason: string, message: string, container?: string): void {
    this.#record('Normal', podReference(pod, container), reason, message)
  }

  warning(pod: Pod, reason: string, message: string, container?: string): void {
    this.#record('Warning', podReference(pod, container), reason, message)
  }

  /** Tells of the node itself. */
  ofNode(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { nodeName } = this.#options
    // The uid is the name, as upstream has it: the kubelet tells of its node before it knows the object.
    this.#record(type, { kind: 'Node', name: nodeName, uid: nodeName }, reason, message)
  }

  #record(type: string, about: ObjectReference, reason: string, message: string): void {
    if (this.#waiting >= waitingMost || this.#options.signal.aborted) return
    this.#waiting++
    const news = { type, about, reason, message, at: this.#options.clock.now() }
    void this.#serial
      .run(() => this.#send(news))
      .catch((error: unknown) =>
        this.#options.log.v(2, 'Unable to write event', { reason, err: String(error) }),
      )
      .finally(() => this.#waiting--)
  }

  async #send(news: News): Promise<void> {
    const { client, signal } = this.#options
    const { type, about, reason, message, at } = news
    const namespace = about.namespace ?? 'default'
    const key = JSON.stringify([about.uid, about.fieldPath, type, reason, message])
    const known = this.#told.get(key)
    if (known !== undefined) {
      const patch = { count: known.count + 1, lastTimestamp: timeOf(at) }
      try {
        await client.patch(events, known.name, 'application/merge-patch+json', patch, { namespace }, signal)
        known.count++
        return
      } catch {
        // Events expire after an hour: the count begins again.
        this.#told.delete(key)
      }
    }
    const event = this.#eventOf(news, namespace)
    await client.create(events, event, { namespace }, signal)
    this.#remember(key, { name: event.metadata.name ?? '', count: 1, firstTimestamp: timeOf(at) })
  }

  #remember(key: string, told: Told): void {
    this.#told.set(key, told)
    const oldest = this.#told.keys().next().value
    if (this.#told.size > rememberedMost && oldest !== undefined) this.#told.delete(oldest)
  }

  #eventOf({ type, about, reason, message, at }: News, namespace: string): Event {
    return {
      metadata: {
        name: `${about.name}.${(BigInt(Math.round(at * 1000)) * 1000n).toString(16)}${this.#digit()}`,
        namespace,
      },
      involvedObject: about,
      reason,
      message: message.slice(0, 1024),
      source: { component: 'kubelet', host: this.#options.nodeName },
      firstTimestamp: timeOf(at),
      lastTimestamp: timeOf(at),
      count: 1,
      type,
      reportingComponent: 'kubelet',
      reportingInstance: this.#options.nodeName,
    }
  }

  #made = 0

  /** Events of one millisecond have different names. */
  #digit(): string {
    this.#made = (this.#made + 1) % 4096
    return this.#made.toString(16).padStart(3, '0')
  }
}

/** A pod, or one of its containers, as an event names it. */
function podReference(pod: Pod, container: string | undefined): ObjectReference {
  const { name = '', namespace = '', uid = '', resourceVersion } = pod.metadata
  const isInit = pod.spec?.initContainers?.some((one) => one.name === container) === true
  const field = isInit ? 'spec.initContainers' : 'spec.containers'
  return {
    kind: 'Pod',
    namespace,
    name,
    uid,
    apiVersion: 'v1',
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(container !== undefined && { fieldPath: `${field}{${container}}` }),
  }
}
