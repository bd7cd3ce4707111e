// One worker per pod: a mailbox where the newest spec wins, one round of actions at a time, and a kill that cuts a
// slow round off. No rules of a pod's life are here: what an event means is next's, what to do is plan's.
import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Pod, PodStatus } from '#kinds/gen/core-v1'
import type { EndNotes } from './end-notes.ts'
import type { Executor } from './execute.ts'
import type { Observer } from './observe.ts'
import { nothingObserved, type Observed } from './observed.ts'
import { type Action, plan } from './plan.ts'
import type { PodProbes } from '../probes/pod-probes.ts'
import { ResizeError } from '../resize/apply-resize.ts'
import type { PodResizes } from '../resize/pod-resizes.ts'
import { type Problem, StartError } from './problem.ts'
import type { Recorder } from './recorder.ts'
import { endingBy, initialState, isRemoved, next, type PodEvent, type PodState } from './state.ts'
import { crashLoopMessage, toStatus } from './status.ts'

/** What a worker is given. */
export interface WorkerOptions {
  readonly observer: Pick<Observer, 'look'>
  readonly executor: Pick<Executor, 'execute'>
  readonly probes: Pick<PodProbes, 'follow' | 'stop'>
  readonly recorder: Recorder
  readonly notes: EndNotes
  readonly resizes: Pick<PodResizes, 'noteOf' | 'settle'>
  readonly clock: Clock
  readonly log: Log
  readonly hostIPs: readonly string[]
  /** Hears of each status that differs from the one before. */
  readonly report: (pod: Pod, status: PodStatus) => void
  /** Hears once when nothing of a removed pod is left on the node. */
  readonly removed: (pod: Pod, state: PodState) => void
}

/** The wait after a round that failed, doubled each time. */
const retryMs = { first: 1000, most: 15_000 } as const

const superseded = new Error('a newer order came')

/** Runs one pod. */
export class Worker {
  readonly #options: WorkerOptions
  readonly #uid: string
  #state: PodState
  #seen: Observed = nothingObserved
  #status: PodStatus | undefined
  readonly #problems = new Map<string, Problem>()
  #round: AbortController | undefined
  #isDue = false
  #isRunning = false
  #retry = 0
  #cancelTimer = () => {}
  #stopped: Cancel | undefined
  #hasToldRemoved = false

  constructor(pod: Pod, options: WorkerOptions) {
    this.#options = options
    this.#uid = pod.metadata.uid ?? ''
    this.#state = this.#capped(initialState(pod, options.clock.now()))
    this.#status = pod.status?.startTime === undefined ? undefined : pod.status
  }

  get state(): PodState {
    return this.#state
  }

  /** What was seen at the last look. */
  get seen(): Observed {
    return this.#seen
  }

  /** The status of now; undefined before the first look. */
  get status(): PodStatus | undefined {
    return this.#status
  }

  /** Begins; the signal ends the worker and leaves the pod as it is. */
  start(signal: Cancel): void {
    this.#stopped = signal
    signal.addEventListener('abort', () => this.#stop(), { once: true })
    this.wake()
  }

  /** Tells the pod's state of an event and acts on it soon. */
  tell(event: PodEvent): void {
    const before = this.#state
    this.#apply(event)
    if (isHurried(before, this.#state)) this.#round?.abort(superseded)
    this.wake()
  }

  /** Looks and acts soon, even if nothing was told. */
  wake(): void {
    this.#isDue = true
    if (!this.#isRunning && this.#stopped?.aborted === false) void this.#run()
  }

  #stop(): void {
    this.#cancelTimer()
    this.#options.probes.stop()
    this.#round?.abort(this.#stopped?.reason)
  }

  #apply(event: PodEvent): void {
    this.#state = this.#capped(next(this.#state, event, this.#options.clock.now()))
  }

  #capped(state: PodState): PodState {
    return endingBy(state, this.#options.notes.deadlineOf(this.#uid))
  }

  /** Rounds, until nothing is due. Never rejects: a fault is logged and tried again later. */
  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      while (this.#isDue && this.#stopped?.aborted === false) {
        this.#isDue = false
        this.#cancelTimer()
        await this.#attempt()
      }
    } finally {
      this.#isRunning = false
    }
  }

  async #attempt(): Promise<void> {
    const round = new AbortController()
    this.#round = round
    try {
      const failure = await this.#act(round.signal)
      if (failure === undefined) this.#retry = 0
      else this.#later(failure)
    } catch (error) {
      if (!round.signal.aborted) this.#later(error)
    } finally {
      this.#round = undefined
    }
  }

  #later(error: unknown): void {
    const { clock, log } = this.#options
    const { namespace, name } = this.#state.pod.metadata
    log.v(2, 'Error syncing pod, skipping', {
      pod: `${namespace}/${name}`,
      podUID: this.#uid,
      err: String(error),
    })
    const wait = Math.min(retryMs.most, retryMs.first * 2 ** this.#retry++)
    const asked = error instanceof StartError ? error.retryAt : undefined
    this.#wakeAt(asked ?? clock.now() + wait)
  }

  #wakeAt(at: number): void {
    const { clock } = this.#options
    this.#cancelTimer()
    this.#cancelTimer = clock.after(Math.max(0, at - clock.now()), () => this.wake())
  }

  /** One round: look, tell the status, do what the plan says. Gives the first fault of a container that did not start. */
  async #act(signal: AbortSignal): Promise<unknown> {
    const { observer, probes, notes, clock } = this.#options
    const looked = await observer.look(this.#uid, signal)
    const health = probes.follow(this.#state.pod, looked, this.#isEnding())
    const given = this.#options.resizes.noteOf(this.#uid)
    this.#seen = { ...looked, health, ...(given && { given }) }
    this.#forgetProblems()
    this.#tellStatus()
    const { actions, wakeAt } = plan(this.#state, this.#seen, clock.now())
    if (wakeAt !== undefined) {
      this.#noteCrashLoops()
      this.#wakeAt(wakeAt)
    }
    if (actions.length === 0) return undefined
    if (this.#state.phase === 'terminating') await notes.note(this.#uid, this.#state.deadline)
    const failure = this.#isEnding()
      ? await this.#together(actions, signal)
      : await this.#inOrder(actions, signal)
    this.#isDue ||= failure === undefined
    if (failure !== undefined) this.#tellStatus()
    return failure
  }

  #isEnding(): boolean {
    return this.#state.phase === 'terminating' || this.#state.phase === 'terminated'
  }

  /** Ends all containers at once: they share their grace. */
  async #together(actions: readonly Action[], signal: AbortSignal): Promise<unknown> {
    const results = await Promise.allSettled(actions.map((action) => this.#do(action, signal)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    return undefined
  }

  /** Starts one after the other; one that cannot start does not keep those behind it from starting. */
  async #inOrder(actions: readonly Action[], signal: AbortSignal): Promise<unknown> {
    let failure: unknown
    for (const action of actions) {
      if (signal.aborted) throw signal.reason
      try {
        await this.#do(action, signal)
      } catch (error) {
        const isRefused = error instanceof StartError || error instanceof ResizeError
        if (signal.aborted || !isRefused) throw error
        failure ??= error
        if (action.do === 'startContainer') this.#noteProblem(action.container.name, error)
      }
    }
    return failure
  }

  async #do(action: Action, signal: AbortSignal): Promise<void> {
    const { executor } = this.#options
    if (action.do === 'createSandbox') this.#apply({ type: 'started' })
    if (action.do === 'startContainer') this.#beforeStart(action)
    await executor.execute(action, this.#state.pod, this.#seen, signal)
    if (action.do === 'startContainer') this.#problems.delete(action.container.name)
    if (action.do === 'complete') this.#apply({ type: 'completed' })
    if (action.do === 'expire') this.#apply({ type: 'deadline' })
    if (action.do === 'confirmGone') this.#apply({ type: 'gone' })
    if (action.do === 'cleanUp') this.#cleaned()
  }

  #beforeStart({ container, attempt }: Extract<Action, { do: 'startContainer' }>): void {
    this.#apply({ type: 'started' })
    const isTried = this.#problems.has(container.name)
    // The first start is free, and trying the same start again is no new one.
    if (attempt > 0 && !isTried) this.#apply({ type: 'starting', container: container.name })
  }

  #cleaned(): void {
    this.#apply({ type: 'cleaned' })
    this.#tellStatus()
    const state = this.#state
    if (state.phase !== 'terminated' || !isRemoved(state.reason) || this.#hasToldRemoved) return
    this.#hasToldRemoved = true
    this.#options.removed(state.pod, state)
  }

  #noteProblem(name: string, error: unknown): void {
    if (error instanceof StartError) this.#problems.set(name, error.problem)
  }

  /** What runs has no problem any more. */
  #forgetProblems(): void {
    for (const { name, state } of this.#seen.containers) if (state === 'running') this.#problems.delete(name)
  }

  #noteCrashLoops(): void {
    const state = this.#state
    if (state.phase !== 'running') return
    for (const status of this.#status?.containerStatuses ?? []) {
      const delayMs = state.backoff.get(status.name)?.delayMs
      if (status.state?.waiting?.reason !== 'CrashLoopBackOff' || delayMs === undefined) continue
      const text = crashLoopMessage(state.pod, status.name, delayMs)
      this.#options.recorder.warning(
        state.pod,
        'BackOff',
        text.replace(/^back-off \S+/, 'Back-off'),
        status.name,
      )
    }
  }

  #tellStatus(): void {
    const { clock, hostIPs, report, resizes } = this.#options
    const status = toStatus({
      state: this.#state,
      seen: this.#seen,
      problems: this.#problems,
      hostIPs,
      resize: resizes.settle(this.#state.pod, this.#seen),
      previous: this.#status,
      now: clock.now(),
    })
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return
    this.#status = status
    report(this.#state.pod, status)
  }
}

/** True when what is going on must be cut off: the pod is to end, or to end sooner. */
function isHurried(before: PodState, after: PodState): boolean {
  if (after.phase !== 'terminating') return false
  return before.phase !== 'terminating' || after.deadline < before.deadline
}
