// What pods were promised of the node's resources, and what their containers were given. A pod runs with what it was
// promised, whatever its object asks for: the promise changes only when there is room, and outlives the kubelet.
import type { Clock } from '#base/clock'
import { equal } from '#schema/equal'
import type { Container, Pod } from '#kinds/gen/core-v1'
import type { Allocatable } from '../contract.ts'
import type { Observed } from '../pod/observed.ts'
import type { Recorder } from '../pod/recorder.ts'
import { byTurn, judgeResize, type Waiting } from './judge-resize.ts'
import { resourcesOf, withResources } from './pod-resources.ts'
import { isResizing } from './plan-resize.ts'
import type { ResizeState } from './resize-conditions.ts'
import { resizeMessage } from './resize-message.ts'
import type { ResizeNote, ResizeNotes } from './resize-notes.ts'

/** What resizes are done with. */
export interface ResizeOptions {
  readonly notes: ResizeNotes
  readonly clock: Clock
  readonly recorder: Recorder
  readonly allocatable: Allocatable | undefined
}

interface Entry {
  note: ResizeNote
  /** The pod as its object asks for it, when that is not what it was promised. */
  wanted?: Pod
  since: number
  state: ResizeState
}

/** What a look at the pods that wait led to. */
export interface ResizeRound {
  /** Pods with new promises. */
  readonly granted: readonly Pod[]
  /** Uids of those whose conditions changed. */
  readonly told: readonly string[]
}

const uidOf = ({ metadata }: Pod) => metadata.uid ?? ''
const generationOf = ({ metadata }: Pod) => metadata.generation ?? 0

/** The resizes of all pods of a node. */
export class PodResizes {
  readonly #options: ResizeOptions
  readonly #entries = new Map<string, Entry>()

  constructor(options: ResizeOptions) {
    this.#options = options
  }

  /** Reads what an earlier kubelet promised and gave. */
  async load(): Promise<void> {
    for (const [uid, note] of await this.#options.notes.load())
      this.#entries.set(uid, { note, since: 0, state: {} })
  }

  /** The pod as the node runs it: with what it was promised. A new pod is promised what it asks for. */
  take(pod: Pod): Pod {
    const entry = this.#entries.get(uidOf(pod))
    if (entry === undefined) {
      const note = { allocated: resourcesOf(pod), containers: {} }
      this.#entries.set(uidOf(pod), { note, since: 0, state: {} })
      return pod
    }
    const taken = withResources(pod, entry.note.allocated)
    if (taken === pod) {
      delete entry.wanted
      const { progress } = entry.state
      entry.state = progress ? { progress } : {}
    } else {
      if (entry.wanted === undefined) entry.since = this.#options.clock.now()
      entry.wanted = pod
    }
    return taken
  }

  /** Promises what can be promised to pods that wait. @param alive all pods that hold resources */
  retry(alive: readonly Pod[]): ResizeRound {
    const waiting = alive.flatMap((allocated): Waiting[] => {
      const entry = this.#entries.get(uidOf(allocated))
      const wanted = entry?.wanted
      const isEnding = wanted?.metadata.deletionTimestamp !== undefined
      return wanted === undefined || isEnding ? [] : [{ wanted, allocated, since: entry?.since ?? 0 }]
    })
    const now = new Map(alive.map((pod) => [uidOf(pod), pod]))
    const granted: Pod[] = []
    const told: string[] = []
    for (const { wanted } of waiting.sort(byTurn)) {
      const uid = uidOf(wanted)
      const others = [...now.values()].filter((one) => uidOf(one) !== uid)
      const verdict = this.#judge(wanted, others)
      if (verdict === 'granted') granted.push(wanted)
      if (verdict === 'granted') now.set(uid, wanted)
      if (verdict === 'told') told.push(uid)
    }
    return { granted, told }
  }

  #judge(wanted: Pod, others: readonly Pod[]): 'granted' | 'told' | 'same' {
    const { recorder, allocatable } = this.#options
    const entry = this.#entries.get(uidOf(wanted)) as Entry
    const generation = generationOf(wanted)
    const refusal = judgeResize(wanted, others, allocatable)
    if (refusal === undefined) {
      void this.#change(uidOf(wanted), { allocated: resourcesOf(wanted) })
      delete entry.wanted
      entry.state = { progress: { generation } }
      recorder.normal(wanted, 'ResizeStarted', resizeMessage('started', wanted))
      return 'granted'
    }
    const pending = { ...refusal, generation }
    if (equal(entry.state.pending, pending)) return 'same'
    entry.state = { ...entry.state, pending }
    const { reason, message } = refusal
    recorder.warning(wanted, `Resize${reason}`, resizeMessage(reason, wanted, message))
    return 'told'
  }

  /** What a pod was promised and given; undefined for one that is not known. */
  noteOf(uid: string): ResizeNote | undefined {
    return this.#entries.get(uid)?.note
  }

  /** How the resize of a pod stands, now that it was looked at. */
  settle(pod: Pod, seen: Observed): ResizeState {
    const entry = this.#entries.get(uidOf(pod))
    if (entry === undefined) return {}
    const { progress, ...rest } = entry.state
    if (isResizing(pod, seen))
      entry.state = { ...rest, progress: progress ?? { generation: generationOf(pod) } }
    else if (progress !== undefined) {
      entry.state = rest
      this.#options.recorder.normal(pod, 'ResizeCompleted', resizeMessage('completed', pod))
    }
    return entry.state
  }

  /** A container could not be given what was promised. */
  failed(pod: Pod, message: string): void {
    const entry = this.#entries.get(uidOf(pod))
    if (entry === undefined || entry.state.progress?.message === message) return
    const generation = entry.state.progress?.generation ?? generationOf(pod)
    entry.state = { ...entry.state, progress: { reason: 'Error', message, generation } }
    this.#options.recorder.warning(pod, 'ResizeError', resizeMessage('error', pod, message))
  }

  /** The cgroup of the pod is made for what it was promised. Resolves when that is written. */
  async applied(pod: Pod): Promise<void> {
    await this.#change(uidOf(pod), { applied: resourcesOf(pod) }, true)
  }

  /** An instance of a container is about to start with what it was promised; trying again changes nothing. */
  async starting(pod: Pod, container: Container, attempt: number): Promise<void> {
    const known = this.noteOf(uidOf(pod))?.containers[container.name]
    if (known?.attempt !== attempt) await this.given(pod, container, attempt)
  }

  /** An instance of a container has what it was promised. Resolves when that is written. */
  async given(pod: Pod, { name, resources = {} }: Container, attempt: number): Promise<void> {
    const note = this.noteOf(uidOf(pod))
    if (note === undefined) return
    const containers = { ...note.containers, [name]: { attempt, resources } }
    await this.#change(uidOf(pod), { containers })
  }

  /** The pod is gone, and its folder with it. */
  forget(uid: string): void {
    this.#entries.delete(uid)
  }

  async #change(uid: string, more: Partial<ResizeNote>, begins = false): Promise<void> {
    const entry = this.#entries.get(uid)
    if (entry === undefined) return
    entry.note = { ...entry.note, ...more }
    await this.#options.notes.save(uid, entry.note, begins)
  }
}
