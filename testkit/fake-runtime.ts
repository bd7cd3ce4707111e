import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import {
  type ContainerConfig,
  type Image,
  type Runtime,
  type RuntimeContainerStatus,
  RuntimeFault,
  type RuntimeFilter,
  type SandboxConfig,
  type SandboxStatus,
} from '#kubelet'

/** How the process of a container acts. */
export interface FakeProcess {
  /** Ends by itself after this time; runs on without it. */
  readonly endsAfterMs?: number
  readonly exitCode?: number
  /** Goes on after being asked to end, until it is killed. */
  readonly isDeaf?: boolean
}

/** Whether a call fails, and whether before or after it did its work: a call that timed out may have succeeded. */
export type FakeFault = (verb: string) => 'before' | 'after' | undefined

export interface FakeRuntimeOptions {
  readonly clock: Clock
  readonly process?: (config: ContainerConfig) => FakeProcess
  readonly fault?: FakeFault
  /** How long calls that change something take. */
  readonly delayMs?: number
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type FakeContainer = Writable<RuntimeContainerStatus> & { process: FakeProcess; cancelEnd: () => void }

const gone = (what: string, id: string) =>
  new RuntimeFault('notFound', `an error occurred when try to find ${what} "${id}": not found`, {
    grpcCode: 'NotFound',
  })

/** A runtime in this process that runs nothing: sandboxes and containers are entries, time is the given clock's. */
export class FakeRuntime implements Runtime {
  readonly #options: FakeRuntimeOptions
  readonly sandboxes = new Map<string, Writable<SandboxStatus>>()
  readonly containers = new Map<string, FakeContainer>()
  readonly images = new Set<string>()
  /** Verbs in the order they were asked. */
  readonly calls: string[] = []
  /** Broken rules, such as two running instances of one container. */
  readonly faults: string[] = []
  #made = 0
  #last = 0

  constructor(options: FakeRuntimeOptions) {
    this.#options = options
  }

  #id(): string {
    return (++this.#made).toString(16).padStart(64, '0')
  }

  /** Strictly rising, as two containers are never made in one instant. */
  #now(): number {
    this.#last = Math.max(this.#last + 0.001, this.#options.clock.now())
    return this.#last
  }

  async #does<T>(verb: string, signal: Cancel, work: () => T | Promise<T>): Promise<T> {
    this.calls.push(verb)
    if (signal.aborted) throw signal.reason
    const fault = this.#options.fault?.(verb)
    if (fault === 'before')
      throw new RuntimeFault('unavailable', 'connection refused', { grpcCode: 'Unavailable' })
    if (this.#options.delayMs !== undefined && !/^(list|version|.*Status)/.test(verb)) {
      await sleep(this.#options.clock, this.#options.delayMs, signal)
    }
    const result = await work()
    if (fault === 'after')
      throw new RuntimeFault('timeout', 'context deadline exceeded', { grpcCode: 'DeadlineExceeded' })
    return result
  }

  version = (signal: Cancel) =>
    this.#does('version', signal, () => ({ name: 'fake', version: '1', apiVersion: 'v1' }))

  status = (signal: Cancel) =>
    this.#does('status', signal, () => ({
      conditions: ['RuntimeReady', 'NetworkReady'].map((type) => ({
        type,
        status: true,
        reason: '',
        message: '',
      })),
      info: {},
    }))

  updateRuntimeConfig = (_podCidr: string, signal: Cancel) =>
    this.#does('updateRuntimeConfig', signal, () => {})

  runPodSandbox = (config: SandboxConfig, signal: Cancel) =>
    this.#does('runPodSandbox', signal, () => {
      const { uid = '', name = '', namespace = '', attempt = 0 } = config.metadata ?? {}
      const same = [...this.sandboxes.values()].filter(({ podUid }) => podUid === uid)
      const taken = same.find((one) => one.attempt === attempt)
      if (taken)
        throw new RuntimeFault('failed', `failed to reserve sandbox name: name is reserved for "${taken.id}"`)
      if (same.some(({ ready }) => ready)) this.faults.push(`two sandboxes of ${uid}`)
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
        ips: [`10.0.0.${this.#made}`],
      })
      return id
    })

  stopPodSandbox = (id: string, signal: Cancel) =>
    this.#does('stopPodSandbox', signal, () => {
      const sandbox = this.sandboxes.get(id)
      if (sandbox) sandbox.ready = false
      for (const one of this.containers.values()) if (one.sandboxId === id) this.#end(one, 137)
    })

  removePodSandbox = (id: string, signal: Cancel) =>
    this.#does('removePodSandbox', signal, () => {
      for (const one of this.containers.values()) {
        if (one.sandboxId !== id) continue
        this.#end(one, 137)
        this.containers.delete(one.id)
      }
      this.sandboxes.delete(id)
    })

  podSandboxStatus = (id: string, signal: Cancel) =>
    this.#does('podSandboxStatus', signal, () => {
      const found = this.sandboxes.get(id)
      if (found === undefined) throw gone('sandbox', id)
      return { ...found }
    })

  listPodSandbox = (filter: RuntimeFilter, signal: Cancel) =>
    this.#does('listPodSandbox', signal, () => matching([...this.sandboxes.values()], filter))

  createContainer = (sandboxId: string, config: ContainerConfig, _sandbox: SandboxConfig, signal: Cancel) =>
    this.#does('createContainer', signal, () => {
      if (this.sandboxes.get(sandboxId)?.ready !== true) throw gone('sandbox', sandboxId)
      const { name = '', attempt = 0 } = config.metadata ?? {}
      const taken = [...this.containers.values()].find(
        (one) => one.sandboxId === sandboxId && one.name === name && one.attempt === attempt,
      )
      if (taken)
        throw new RuntimeFault(
          'failed',
          `failed to reserve container name: name is reserved for "${taken.id}"`,
        )
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
    this.#does('startContainer', signal, () => {
      const found = this.#found(id)
      if (found.state !== 'created') throw new RuntimeFault('failed', `container is in ${found.state} state`)
      this.#checkAlone(found)
      found.state = 'running'
      found.startedAt = this.#now()
      const { endsAfterMs, exitCode = 0 } = found.process
      if (endsAfterMs === undefined) return
      found.cancelEnd = this.#options.clock.after(endsAfterMs, () => this.#end(found, exitCode))
    })

  stopContainer = (id: string, graceSeconds: number, signal: Cancel) =>
    this.#does('stopContainer', signal, async () => {
      const found = this.#found(id)
      if (found.state !== 'running') return
      if (found.process.isDeaf === true) {
        await sleep(this.#options.clock, graceSeconds * 1000, signal)
        this.#end(found, 137)
      } else this.#end(found, found.process.exitCode ?? 0)
    })

  removeContainer = (id: string, signal: Cancel) =>
    this.#does('removeContainer', signal, () => {
      if (this.#found(id).state === 'running') throw new RuntimeFault('failed', 'container is running')
      this.containers.delete(id)
    })

  listContainers = (filter: RuntimeFilter, signal: Cancel) =>
    this.#does('listContainers', signal, () => matching([...this.containers.values()], filter))

  containerStatus = (id: string, signal: Cancel) =>
    this.#does('containerStatus', signal, (): RuntimeContainerStatus => ({ ...this.#found(id) }))

  reopenContainerLog = (id: string, signal: Cancel) =>
    this.#does('reopenContainerLog', signal, () => void this.#found(id))

  execSync = (id: string, _command: readonly string[], _timeoutSeconds: number, signal: Cancel) =>
    this.#does('execSync', signal, () => {
      this.#found(id)
      return { stdout: new Uint8Array(), stderr: new Uint8Array(), exitCode: 0 }
    })

  exec = (_config: object, signal: Cancel) => this.#does('exec', signal, () => 'http://127.0.0.1:1/exec')
  attach = (_config: object, signal: Cancel) =>
    this.#does('attach', signal, () => 'http://127.0.0.1:1/attach')
  portForward = (_id: string, _ports: readonly number[], signal: Cancel) =>
    this.#does('portForward', signal, () => 'http://127.0.0.1:1/portforward')

  listContainerStats = (_filter: RuntimeFilter, signal: Cancel) =>
    this.#does('listContainerStats', signal, () => [])

  pullImage = (image: string, _auth: unknown, _sandbox: unknown, signal: Cancel) =>
    this.#does('pullImage', signal, () => {
      if (image.includes('missing')) {
        throw new RuntimeFault('notFound', `failed to resolve reference "${image}": not found`, {
          grpcCode: 'NotFound',
        })
      }
      this.images.add(image)
      return imageOf(image).id
    })

  imageStatus = (image: string, signal: Cancel) =>
    this.#does('imageStatus', signal, () => {
      const name = [...this.images].find((one) => one === image || imageOf(one).id === image)
      return name === undefined ? undefined : imageOf(name)
    })

  listImages = (signal: Cancel) => this.#does('listImages', signal, () => [...this.images].map(imageOf))
  removeImage = (image: string, signal: Cancel) =>
    this.#does('removeImage', signal, () => void this.images.delete(image))
  imageFsInfo = (signal: Cancel) => this.#does('imageFsInfo', signal, () => [])

  async containerEvents(): Promise<void> {
    throw new RuntimeFault('unimplemented', 'unknown method GetContainerEvents')
  }

  close(): void {}

  /** Ends a container's process from outside, as a crash does. */
  crash(id: string, exitCode = 1): void {
    this.#end(this.#found(id), exitCode)
  }

  #found(id: string): FakeContainer {
    const found = this.containers.get(id)
    if (found === undefined) throw gone('container', id)
    return found
  }

  #checkAlone({ name, labels }: FakeContainer): void {
    const uid = labels['io.kubernetes.pod.uid']
    const others = [...this.containers.values()].filter(
      (one) => one.name === name && one.labels['io.kubernetes.pod.uid'] === uid && one.state === 'running',
    )
    if (others.length > 0) this.faults.push(`two running instances of ${uid}/${name}`)
  }

  #end(one: FakeContainer, exitCode: number): void {
    one.cancelEnd()
    if (one.state === 'exited') return
    one.finishedAt = this.#now()
    one.state = 'exited'
    one.exitCode = exitCode
    one.reason = exitCode === 0 ? 'Completed' : 'Error'
  }
}

const imageOf = (name: string): Image => ({
  id: `sha256:${name
    .replaceAll(/[^a-z0-9]/g, '')
    .padEnd(64, '0')
    .slice(0, 64)}`,
  repoTags: [name],
  repoDigests: [],
  sizeBytes: 1_000_000,
  uid: undefined,
  username: '',
  pinned: false,
})

interface Listed {
  readonly id: string
  readonly sandboxId?: string
  readonly labels: Readonly<Record<string, string>>
}

function matching<T extends Listed>(list: readonly T[], { id, sandboxId, labels = {} }: RuntimeFilter): T[] {
  return list
    .filter((one) => id === undefined || one.id === id)
    .filter((one) => sandboxId === undefined || one.sandboxId === sandboxId)
    .filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .map((one) => ({ ...one }))
}
