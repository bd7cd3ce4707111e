import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import { type ContainerConfig, RuntimeFault, SimulatedRuntime, type SimulatedProcess } from '#kubelet'

/** How the process of a container acts. */
export type FakeProcess = SimulatedProcess

/** Whether a call fails, and whether before or after it did its work: a call that timed out may have succeeded. */
export type FakeFault = (verb: string) => 'before' | 'after' | undefined

export interface FakeRuntimeOptions {
  readonly clock: Clock
  readonly process?: (config: ContainerConfig) => FakeProcess
  readonly fault?: FakeFault
  /** How long calls that change something take. */
  readonly delayMs?: number
  /** Tells of changes, as containerd does from 1.7 on. */
  readonly hasEvents?: boolean
}

const pull = (image: string) =>
  image.includes('missing') ? { fault: `failed to resolve reference "${image}": not found` } : {}

/** The simulated runtime with what tests need: calls that fail, and notes of what was asked and what broke a rule. */
export class FakeRuntime extends SimulatedRuntime {
  readonly #options: FakeRuntimeOptions
  /** Verbs in the order they were asked. */
  readonly calls: string[] = []
  /** Broken rules, such as two running instances of one container. */
  readonly faults: string[] = []

  constructor(options: FakeRuntimeOptions) {
    super({ ...options, pull })
    this.#options = options
  }

  protected override async call<T>(verb: string, signal: Cancel, work: () => T | Promise<T>): Promise<T> {
    this.calls.push(verb)
    if (signal.aborted) throw signal.reason
    const fault = this.#options.fault?.(verb)
    if (fault === 'before')
      throw new RuntimeFault('unavailable', 'connection refused', { grpcCode: 'Unavailable' })
    if (this.#options.delayMs !== undefined && !/^(list|version|.*Status)/.test(verb)) {
      await sleep(this.#options.clock, this.#options.delayMs, signal)
    }
    const result = await super.call(verb, signal, work)
    this.#check()
    if (fault === 'after')
      throw new RuntimeFault('timeout', 'context deadline exceeded', { grpcCode: 'DeadlineExceeded' })
    return result
  }

  override containerEvents(hint: (podUid: string) => void, signal: Cancel): Promise<void> {
    if (this.#options.hasEvents === true) return super.containerEvents(hint, signal)
    return Promise.reject(new RuntimeFault('unimplemented', 'unknown method GetContainerEvents'))
  }

  /** Looks whether anything is there twice. */
  #check(): void {
    const running = [...this.containers.values()].filter(({ state }) => state === 'running')
    const names = running.map(({ name, labels }) => `${labels['io.kubernetes.pod.uid']}/${name}`)
    const ready = [...this.sandboxes.values()].filter((one) => one.ready).map(({ podUid }) => podUid)
    for (const name of repeated(names)) this.faults.push(`two running instances of ${name}`)
    for (const uid of repeated(ready)) this.faults.push(`two sandboxes of ${uid}`)
  }
}

const repeated = (names: readonly string[]) => names.filter((name, i) => names.indexOf(name) !== i)
