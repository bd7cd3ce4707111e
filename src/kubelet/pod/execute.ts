// From an action to calls of the runtime: the only file of this folder that changes anything there. Repeating an
// action is harmless, because each looks at what is there before it makes something.
import { mkdir, rm } from 'node:fs/promises'
import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { EphemeralContainer, Pod } from '#kinds/gen/core-v1'
import type { PodCgroups } from '../cgroups/pod-cgroups.ts'
import { podLogFolder } from '../env/log-paths.ts'
import { isRuntimeFault, type Runtime, type SandboxConfig } from '../contract.ts'
import type { PodVolumes } from '../volumes/no-volumes.ts'
import type { ContainerStarter } from './container-starter.ts'
import { graceMsOf } from './grace.ts'
import { runHook } from './hooks.ts'
import { podLabels } from './labels.ts'
import { newestOf, type Observed, readySandbox } from './observed.ts'
import type { Action } from './plan.ts'
import { StartError, wordsOf } from './problem.ts'
import type { Recorder } from './recorder.ts'
import type { ResizeTarget } from '../resize/plan-resize.ts'
import type { PodResizes } from '../resize/pod-resizes.ts'
import { checkCancel, withTimeLimit } from './time-limit.ts'
import type { ImagePuller } from '../images/image-puller.ts'

/** What actions are done with. */
export interface ExecutorOptions {
  readonly runtime: Runtime
  readonly clock: Clock
  readonly recorder: Recorder
  readonly volumes: PodVolumes
  readonly cgroups: PodCgroups
  /** All pods that have not come to their end. */
  readonly alive: () => readonly Pod[]
  readonly images: ImagePuller
  readonly starter: ContainerStarter
  readonly resizes: PodResizes
  /** Gives pods that run what they were promised. */
  readonly resize: (pod: Pod, targets: readonly ResizeTarget[], signal: Cancel) => Promise<void>
  /** Undefined: no logs are kept. */
  readonly podLogsDir: string | undefined
  readonly sandboxConfig: (pod: Pod, attempt: number) => Promise<SandboxConfig>
}

/** A pod that went through preStop may not be killed at once, however long that took: upstream's least grace. */
const graceSecondsLeast = 2

/** Does what plans say. */
export class Executor {
  readonly #options: ExecutorOptions
  /** Containers whose preStop began: it runs once. */
  readonly #hooked = new Set<string>()

  constructor(options: ExecutorOptions) {
    this.#options = options
  }

  /** Does one action. @throws StartError, RuntimeFault, VolumeError, or the signal's reason. */
  async execute(action: Action, pod: Pod, seen: Observed, signal: Cancel): Promise<void> {
    const { runtime } = this.#options
    switch (action.do) {
      case 'createSandbox':
        return await this.#createSandbox(pod, action.attempt, signal)
      case 'stopSandbox':
        return await absent(runtime.stopPodSandbox(action.id, signal))
      case 'removeSandbox':
        return await absent(runtime.removePodSandbox(action.id, signal))
      case 'startContainer':
        return await this.#startContainer(action, pod, seen, signal)
      case 'stopContainer':
        return await this.#stopContainer(action, pod, seen, signal)
      case 'resize':
        return await this.#options.resize(pod, action.targets, signal)
      case 'removeContainer':
        return await absent(runtime.removeContainer(action.id, signal))
      case 'cleanUp':
        return await this.#cleanUp(pod, action.keepLogs, signal)
      // These three are words to the state, not to the runtime.
      case 'complete':
      case 'expire':
      case 'confirmGone':
        return
    }
  }

  async #createSandbox(pod: Pod, attempt: number, signal: Cancel): Promise<void> {
    const { runtime, volumes, recorder, podLogsDir, sandboxConfig } = this.#options
    try {
      await volumes.prepare(pod, signal)
    } catch (error) {
      if (signal.aborted) throw error
      recorder.warning(pod, 'FailedMount', wordsOf(error))
      throw error
    }
    checkCancel(signal)
    await this.#prepareCgroup(pod)
    const listed = await runtime.listPodSandbox(
      { labels: { [podLabels.uid]: pod.metadata.uid ?? '' } },
      signal,
    )
    if (listed.some((one) => one.ready && one.attempt >= attempt)) return
    if (podLogsDir !== undefined) await mkdir(podLogFolder(podLogsDir, pod), { recursive: true, mode: 0o755 })
    try {
      await runtime.runPodSandbox(await sandboxConfig(pod, attempt), signal)
    } catch (error) {
      if (signal.aborted) throw error
      recorder.warning(pod, 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${wordsOf(error)}`)
      throw error
    }
  }

  async #prepareCgroup(pod: Pod): Promise<void> {
    const { cgroups, alive, recorder } = this.#options
    try {
      await cgroups.prepare(pod, alive())
      await this.#options.resizes.applied(pod)
    } catch (error) {
      const words = `unable to ensure pod container exists: ${wordsOf(error)}`
      recorder.warning(pod, 'FailedCreatePodContainer', words)
      throw error
    }
  }

  async #startContainer(
    { container, attempt, sandboxId }: Extract<Action, { do: 'startContainer' }>,
    pod: Pod,
    seen: Observed,
    signal: Cancel,
  ): Promise<void> {
    const { runtime, starter, recorder } = this.#options
    const ips = readySandbox(seen)?.ips ?? []
    const targetId = targetOf(container, seen)
    const start = { pod, container, attempt, sandboxId, ips, ...(targetId !== undefined && { targetId }) }
    await this.#options.resizes.starting(pod, container, attempt)
    const id = await starter.start(start, signal)
    const hook = container.lifecycle?.postStart
    if (id === undefined || hook === undefined) return
    try {
      await runHook(hook, this.#hookTarget(id, container, seen), signal)
    } catch (error) {
      if (signal.aborted) throw error
      recorder.warning(pod, 'FailedPostStartHook', `PostStartHook failed: ${wordsOf(error)}`, container.name)
      await absent(runtime.stopContainer(id, graceMsOf(pod) / 1000, signal))
      throw new StartError({ reason: 'PostStartHookError', message: wordsOf(error) }, { cause: error })
    }
  }

  #hookTarget(
    containerId: string,
    container: Extract<Action, { do: 'startContainer' }>['container'],
    seen: Observed,
  ) {
    const { runtime, clock } = this.#options
    return { runtime, clock, containerId, container, podIP: readySandbox(seen)?.ips[0] ?? '127.0.0.1' }
  }

  async #stopContainer(
    { id, name, deadline, why }: Extract<Action, { do: 'stopContainer' }>,
    pod: Pod,
    seen: Observed,
    signal: Cancel,
  ): Promise<void> {
    const { runtime, clock, recorder } = this.#options
    const container = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(
      (one) => one.name === name,
    )
    const isFirst = !this.#hooked.has(id)
    this.#hooked.add(id)
    if (isFirst) recorder.normal(pod, 'Killing', why, name)
    const hook = container?.lifecycle?.preStop
    const remaining = () => Math.max(0, deadline - clock.now())
    if (isFirst && hook && container && remaining() > 0) {
      await this.#preStop(pod, name, remaining(), signal, (limited) =>
        runHook(hook, this.#hookTarget(id, container, seen), limited),
      )
    }
    const least = hook && deadline > 0 ? graceSecondsLeast : 0
    await absent(runtime.stopContainer(id, Math.max(least, Math.ceil(remaining() / 1000)), signal))
    this.#hooked.delete(id)
  }

  /** A hook that fails, or takes all of the grace, does not keep its container from ending. */
  async #preStop(
    pod: Pod,
    name: string,
    limitMs: number,
    signal: Cancel,
    run: (signal: Cancel) => Promise<void>,
  ): Promise<void> {
    try {
      await withTimeLimit(this.#options.clock, limitMs, signal, run)
    } catch (error) {
      checkCancel(signal)
      this.#options.recorder.warning(pod, 'FailedPreStopHook', `PreStopHook failed: ${wordsOf(error)}`, name)
    }
  }

  async #cleanUp(pod: Pod, keepLogs: boolean, signal: Cancel): Promise<void> {
    const { volumes, cgroups, alive, images, podLogsDir } = this.#options
    const uid = pod.metadata.uid ?? ''
    await volumes.remove(uid, signal)
    await cgroups.remove(uid, alive())
    images.forget(uid)
    if (keepLogs || podLogsDir === undefined) return
    await rm(podLogFolder(podLogsDir, pod), { recursive: true, force: true })
  }
}

/** The container whose processes a helper is to see. @throws StartError when it does not run. */
function targetOf(
  { targetContainerName: name = '' }: EphemeralContainer,
  seen: Observed,
): string | undefined {
  if (name === '') return undefined
  const target = newestOf(seen, name)
  if (target?.state === 'running') return target.id
  const message = `unable to find target container ${name}`
  throw new StartError({ reason: 'CreateContainerConfigError', message })
}

/** What is not there needs no stopping and no removing. */
async function absent(done: Promise<void>): Promise<void> {
  try {
    await done
  } catch (error) {
    if (!isRuntimeFault(error, 'notFound')) throw error
  }
}
