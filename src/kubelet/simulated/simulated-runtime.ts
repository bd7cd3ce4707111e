// A runtime that runs nothing: sandboxes and containers are entries, processes are timers. What it answers, and what it
// refuses, is what containerd would.
import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import {
  type ContainerConfig,
  type ContainerResources,
  type Image,
  type Runtime,
  type RuntimeContainerStatus,
  RuntimeFault,
  type RuntimeFilter,
  type SandboxConfig,
  type SandboxStatus,
} from '../contract.ts'
import { podLabels } from '../pod/labels.ts'
import { gone, matching, simulatedImage } from './entries.ts'

/** How the process of a container acts. */
export interface SimulatedProcess {
  /** How long its start takes. */
  readonly startsAfterMs?: number
  /** Ends by itself after this time; runs on without it. */
  readonly endsAfterMs?: number
  readonly exitCode?: number
  /** Goes on after being asked to end, until it is killed. */
  readonly isDeaf?: boolean
}

/** How the pull of an image goes. */
export interface SimulatedPull {
  readonly takesMs?: number
  /** Why it fails, if so. */
  readonly fault?: string
}

/** How what is simulated goes; without any of it, at once and well. */
export interface SimulatedRuntimeOptions {
  readonly clock: Clock
  /** Decides about each start of a container; what it throws, its creation fails with. */
  readonly process?: (config: ContainerConfig) => SimulatedProcess
  /** Decides about each pull, and what it throws, that fails with. */
  readonly pull?: (image: string, sandbox: SandboxConfig | undefined) => SimulatedPull
  /** The address of each new pod. */
  readonly address?: () => string
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
/** A container that is simulated, with what ends it. */
export type SimulatedContainer = Writable<RuntimeContainerStatus> & {
  process: SimulatedProcess
  cancelEnd: () => void
}

/** The verbs of a container runtime over nothing but memory and a clock. */
export class SimulatedRuntime implements Runtime {
  readonly #options: SimulatedRuntimeOptions
  readonly #hints = new Set<(podUid: string) => void>()
  readonly sandboxes = new Map<string, Writable<SandboxStatus>>()
  readonly containers = new Map<string, SimulatedContainer>()
  readonly images = new Set<string>()
  #made = 0
  #last = 0

  constructor(options: SimulatedRuntimeOptions) {
    this.#options = options
  }

  /** What every call goes through. */
  protected async call<T>(_verb: string, signal: Cancel, work: () => T | Promise<T>): Promise<T> {
    if (signal.aborted) throw signal.reason
    return await work()
  }

  version = (signal: Cancel) =>
    this.call('version', signal, () => ({ name: 'simulated', version: '1', apiVersion: 'v1' }))

  status = (signal: Cancel) =>
    this.call('status', signal, () => ({
      conditions: ['RuntimeReady', 'NetworkReady'].map((type) => ({
        type,
        status: true,
        reason: '',
        message: '',
      })),
      info: {},
    }))

  updateRuntimeConfig = (_podCidr: string, signal: Cancel) =>
    this.call('updateRuntimeConfig', signal, () => {})

  runPodSandbox = (config: SandboxConfig, signal: Cancel) =>
    this.call('runPodSandbox', signal, () => {
      const { uid = '', name = '', namespace = '', attempt = 0 } = config.metadata ?? {}
      for (const one of this.sandboxes.values())
        if (one.podUid === uid && one.attempt === attempt) throw reserved('sandbox', one.id)
      const id = this.#id()
      this.sandboxes.set(id, {
        id,
        podUid: uid,
        podName: name,
        podNamespace: namespace,
        attempt,
        ready: true,
        createdAt: this.#now(),
        labels: config.labels ?? {},
        annotations: config.annotations ?? {},
        ips: [this.#options.address?.() ?? `10.0.0.${this.#made}`],
      })
      return id
    })

  stopPodSandbox = (id: string, signal: Cancel) =>
    this.call('stopPodSandbox', signal, () => {
      const sandbox = this.sandboxes.get(id)
      if (sandbox) sandbox.ready = false
      for (const one of this.containers.values()) if (one.sandboxId === id) this.end(one, 137)
    })

  removePodSandbox = (id: string, signal: Cancel) =>
    this.call('removePodSandbox', signal, () => {
      for (const one of this.containers.values()) {
        if (one.sandboxId !== id) continue
        this.end(one, 137)
        this.containers.delete(one.id)
      }
      this.sandboxes.delete(id)
    })

  podSandboxStatus = (id: string, signal: Cancel) =>
    this.call('podSandboxStatus', signal, () => {
      const found = this.sandboxes.get(id)
      if (found === undefined) throw gone('sandbox', id)
      return { ...found }
    })

  listPodSandbox = (filter: RuntimeFilter, signal: Cancel) =>
    this.call('listPodSandbox', signal, () => matching(this.sandboxes.values(), filter))

  createContainer = (sandboxId: string, config: ContainerConfig, _sandbox: SandboxConfig, signal: Cancel) =>
    this.call('createContainer', signal, () => {
      if (this.sandboxes.get(sandboxId)?.ready !== true) throw gone('sandbox', sandboxId)
      const { name = '', attempt = 0 } = config.metadata ?? {}
      for (const one of this.containers.values())
        if (one.sandboxId === sandboxId && one.name === name && one.attempt === attempt)
          throw reserved('container', one.id)
      const id = this.#id()
      this.containers.set(id, {
        id,
        sandboxId,
        name,
        attempt,
        state: 'created',
        createdAt: this.#now(),
        image: config.image?.userSpecifiedImage ?? '',
        imageRef: config.image?.image ?? '',
        labels: config.labels ?? {},
        annotations: config.annotations ?? {},
        startedAt: 0,
        finishedAt: 0,
        exitCode: 0,
        reason: '',
        message: '',
        logPath: config.logPath ?? '',
        process: this.#options.process?.(config) ?? {},
        cancelEnd: () => {},
      })
      return id
    })

  startContainer = (id: string, signal: Cancel) =>
    this.call('startContainer', signal, async () => {
      const { startsAfterMs = 0 } = this.found(id).process
      if (startsAfterMs > 0) await sleep(this.#options.clock, startsAfterMs, signal)
      const found = this.found(id)
      if (found.state !== 'created') throw new RuntimeFault('failed', `container is in ${found.state} state`)
      found.state = 'running'
      found.startedAt = this.#now()
      const { endsAfterMs, exitCode = 0 } = found.process
      if (endsAfterMs === undefined) return
      found.cancelEnd = this.#options.clock.after(endsAfterMs, () => this.crash(id, exitCode))
    })

  stopContainer = (id: string, graceSeconds: number, signal: Cancel) =>
    this.call('stopContainer', signal, async () => {
      const found = this.found(id)
      if (found.state !== 'running') return
      if (found.process.isDeaf === true) {
        await sleep(this.#options.clock, graceSeconds * 1000, signal)
        this.end(found, 137)
      } else this.end(found, found.process.exitCode ?? 0)
    })

  removeContainer = (id: string, signal: Cancel) =>
    this.call('removeContainer', signal, () => {
      if (this.found(id).state === 'running') throw new RuntimeFault('failed', 'container is running')
      this.containers.delete(id)
    })

  listContainers = (filter: RuntimeFilter, signal: Cancel) =>
    this.call('listContainers', signal, () => matching(this.containers.values(), filter))

  containerStatus = (id: string, signal: Cancel) =>
    this.call('containerStatus', signal, (): RuntimeContainerStatus => ({ ...this.found(id) }))

  checkpointContainer = (id: string, _location: string, _timeoutSeconds: number, signal: Cancel) =>
    this.call<void>('checkpointContainer', signal, () => {
      this.found(id)
      throw new RuntimeFault('unimplemented', 'a simulated container has nothing to keep', {
        grpcCode: 'Unimplemented',
      })
    })
  updateContainerResources = (id: string, _linux: ContainerResources, signal: Cancel) =>
    this.call('updateContainerResources', signal, () => void this.found(id))

  reopenContainerLog = (id: string, signal: Cancel) =>
    this.call('reopenContainerLog', signal, () => void this.found(id))

  execSync = (id: string, _command: readonly string[], _timeoutSeconds: number, signal: Cancel) =>
    this.call('execSync', signal, () => {
      this.found(id)
      return { stdout: new Uint8Array(), stderr: new Uint8Array(), exitCode: 0 }
    })

  exec = (_config: object, signal: Cancel) => this.#session('exec', signal)
  attach = (_config: object, signal: Cancel) => this.#session('attach', signal)
  portForward = (_id: string, _ports: readonly number[], signal: Cancel) =>
    this.#session('port-forward', signal)

  /** There is no process to talk to. */
  #session(verb: string, signal: Cancel): Promise<string> {
    return this.call(verb, signal, () => {
      throw new RuntimeFault('unimplemented', `${verb} is not possible in a simulated container`)
    })
  }

  listContainerStats = (_filter: RuntimeFilter, signal: Cancel) =>
    this.call('listContainerStats', signal, () => [])

  pullImage = (image: string, _auth: unknown, sandbox: SandboxConfig | undefined, signal: Cancel) =>
    this.call('pullImage', signal, async () => {
      const { takesMs = 0, fault } = this.#options.pull?.(image, sandbox) ?? {}
      if (takesMs > 0) await sleep(this.#options.clock, takesMs, signal)
      if (fault !== undefined) throw new RuntimeFault('notFound', fault, { grpcCode: 'NotFound' })
      this.images.add(image)
      return simulatedImage(image).id
    })

  imageStatus = (image: string, signal: Cancel) =>
    this.call('imageStatus', signal, () => {
      if (this.images.has(image)) return simulatedImage(image)
      return [...this.images].map(simulatedImage).find(({ id }) => id === image)
    })

  listImages = (signal: Cancel): Promise<Image[]> =>
    this.call('listImages', signal, () => [...this.images].map(simulatedImage))
  removeImage = (image: string, signal: Cancel) =>
    this.call('removeImage', signal, () => void this.images.delete(image))
  imageFsInfo = (signal: Cancel) => this.call('imageFsInfo', signal, () => [])

  /** Tells of processes that end by themselves; what the caller does, the caller knows. */
  containerEvents(hint: (podUid: string) => void, signal: Cancel): Promise<void> {
    this.#hints.add(hint)
    return new Promise((_, reject) => {
      const stop = () => {
        this.#hints.delete(hint)
        reject(signal.reason as Error)
      }
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    })
  }

  close(): void {
    for (const { cancelEnd } of this.containers.values()) cancelEnd()
  }

  /** Ends a container's process from outside, as a crash does. */
  crash(id: string, exitCode = 1): void {
    const found = this.found(id)
    this.end(found, exitCode)
    for (const hint of this.#hints) hint(found.labels[podLabels.uid] ?? '')
  }

  protected found(id: string): SimulatedContainer {
    const found = this.containers.get(id)
    if (found === undefined) throw gone('container', id)
    return found
  }

  protected end(one: SimulatedContainer, exitCode: number): void {
    one.cancelEnd()
    if (one.state === 'exited') return
    one.finishedAt = this.#now()
    one.state = 'exited'
    one.exitCode = exitCode
    one.reason = exitCode === 0 ? 'Completed' : 'Error'
  }

  #id(): string {
    return (++this.#made).toString(16).padStart(64, '0')
  }

  /** Strictly rising, as two containers are never made in one instant. */
  #now(): number {
    this.#last = Math.max(this.#last + 0.001, this.#options.clock.now())
    return this.#last
  }
}

const reserved = (what: string, id: string) =>
  new RuntimeFault('failed', `failed to reserve ${what} name: name is reserved for "${id}"`)
