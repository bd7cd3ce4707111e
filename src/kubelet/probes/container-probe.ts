import type { Clock } from '#base/clock'
import type { Probe } from '#kinds/gen/core-v1'
import { withTimeLimit } from '../pod/time-limit.ts'
import type { Attempt, Outcome } from './outcome.ts'
import { counted, hasFailed, type ProbeCount, type ProbeKind } from './probe-count.ts'

/** What one probe of one running container is given. */
export interface ContainerProbeOptions {
  readonly kind: ProbeKind
  readonly probe: Probe
  readonly clock: Clock
  /** Of now; milliseconds since 1970. */
  readonly startedAt: number
  /** What holds until enough has been found. */
  readonly count: ProbeCount
  /** How long the first try waits beyond what the probe asks. */
  readonly lateMs: number
  /** One try; made anew each time, because what it asks may have moved. */
  readonly attempt: () => Attempt
  /** Hears of each finding before it counts; `undefined` when the container could not be asked. */
  readonly found: (outcome: Outcome | undefined, error?: unknown) => void
  /** Hears when what holds has changed. */
  readonly changed: () => void
}

/** How much longer than a command may take the runtime is waited for. */
const hungMs = 10_000

/** How often a container that cannot be asked is asked again at once. */
const triesMax = 3

/** Asks one container again and again, until it is stopped or has failed for good. */
export class ContainerProbe {
  readonly #options: ContainerProbeOptions
  readonly #stopped = new AbortController()
  #count: ProbeCount
  #cancelTimer = () => {}

  constructor(options: ContainerProbeOptions) {
    this.#options = options
    this.#count = options.count
    const { clock, startedAt, probe, lateMs } = options
    const first = startedAt + (probe.initialDelaySeconds ?? 0) * 1000
    this.#after(Math.max(0, first - clock.now()) + lateMs)
  }

  get holds(): boolean {
    return this.#count.holds
  }

  /** True for a container that is to be ended for what this probe found. */
  get hasFailed(): boolean {
    return hasFailed(this.#options.kind, this.#count, this.#options.probe)
  }

  stop(): void {
    this.#cancelTimer()
    this.#stopped.abort(new Error('the probe was stopped'))
  }

  #after(delayMs: number): void {
    this.#cancelTimer = this.#options.clock.after(delayMs, () => void this.#round())
  }

  /** One round; the next one begins a period after this one began. */
  async #round(): Promise<void> {
    const { clock, probe } = this.#options
    const began = clock.monotonic()
    const outcome = await this.#ask()
    if (this.#stopped.signal.aborted) return
    if (outcome) this.#take(outcome)
    if (this.hasFailed) return
    const periodMs = (probe.periodSeconds ?? 10) * 1000
    this.#after(Math.max(0, periodMs - (clock.monotonic() - began)))
  }

  #take(outcome: Outcome): void {
    const { probe, found, changed } = this.#options
    const before = this.#count
    this.#count = counted(before, outcome.isGood, probe)
    found(outcome)
    if (before.holds !== this.#count.holds || this.hasFailed) changed()
  }

  async #ask(): Promise<Outcome | undefined> {
    const { clock, probe, attempt, found } = this.#options
    // The runtime itself ends a command that takes too long: only one that hangs is cut off here.
    const limitMs = (probe.timeoutSeconds ?? 1) * 1000 + (probe.exec ? hungMs : 0)
    for (let tries = 1; ; tries++) {
      try {
        return await withTimeLimit(clock, limitMs, this.#stopped.signal, attempt())
      } catch (error) {
        if (this.#stopped.signal.aborted) return undefined
        if (tries < triesMax) continue
        found(undefined, error)
        return undefined
      }
    }
  }
}
