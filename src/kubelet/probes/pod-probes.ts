import type { Clock } from '#base/clock'
import type { Random } from '#base/random'
import type { Container, Pod, PodStatus, Probe } from '#kinds/gen/core-v1'
import type { Runtime, RuntimeContainerStatus } from '../contract.ts'
import { newestOf, type Observed, readySandbox } from '../pod/observed.ts'
import type { Recorder } from '../pod/recorder.ts'
import { isSidecar } from '../pod/restart-policy.ts'
import { attemptOf } from './attempt.ts'
import { ContainerProbe } from './container-probe.ts'
import type { Health } from './health.ts'
import type { Outcome } from './outcome.ts'
import { type ProbeKind, uncounted } from './probe-count.ts'

/** What the probes of a pod are given. */
export interface PodProbesOptions {
  readonly runtime: Pick<Runtime, 'execSync'>
  readonly clock: Clock
  readonly random: Random
  readonly recorder: Recorder
  readonly hostIPs: readonly string[]
  /** Hears when something that was found makes a difference. */
  readonly changed: () => void
}

/** Asks nobody: what runs is healthy. */
export const noProbes: Pick<PodProbes, 'follow' | 'stop'> = { follow: () => new Map(), stop() {} }

type Asked = Partial<Record<ProbeKind, ContainerProbe>>

const probesOf = ({ startupProbe, livenessProbe, readinessProbe }: Container) => ({
  startup: startupProbe,
  liveness: livenessProbe,
  readiness: readinessProbe,
})

const kinds: readonly ProbeKind[] = ['startup', 'liveness', 'readiness']
const titles: Readonly<Record<ProbeKind, string>> = {
  startup: 'Startup',
  liveness: 'Liveness',
  readiness: 'Readiness',
}

/** All probes of one pod: follows which of its containers run, and says how they are. */
export class PodProbes {
  readonly #options: PodProbesOptions
  /** By the id of the container. */
  readonly #asked = new Map<string, Asked>()
  #pod: Pod | undefined
  #podIP = ''

  constructor(options: PodProbesOptions) {
    this.#options = options
  }

  /** Asks the containers that run now, and no others; of a pod that ends, only whether they are ready. */
  follow(pod: Pod, seen: Observed, isEnding: boolean): ReadonlyMap<string, Health> {
    this.#pod = pod
    this.#podIP =
      (pod.spec?.hostNetwork === true ? this.#options.hostIPs : readySandbox(seen)?.ips)?.[0] ?? ''
    const health = new Map<string, Health>()
    for (const container of probed(pod)) {
      const instance = newestOf(seen, container.name)
      if (instance?.state !== 'running') continue
      this.#ask(container, instance, isEnding)
      health.set(instance.id, this.#healthOf(container, instance))
    }
    for (const [id, asked] of this.#asked) if (!health.has(id)) this.#forget(id, asked)
    return health
  }

  /** Asks nobody any more. */
  stop(): void {
    for (const [id, asked] of this.#asked) this.#forget(id, asked)
  }

  #forget(id: string, asked: Asked): void {
    for (const probe of Object.values(asked)) probe.stop()
    this.#asked.delete(id)
  }

  #ask(container: Container, instance: RuntimeContainerStatus, isEnding: boolean): void {
    const asked = this.#asked.get(instance.id) ?? {}
    this.#asked.set(instance.id, asked)
    const all = probesOf(container)
    for (const kind of kinds) {
      const probe = all[kind]
      if (probe === undefined) continue
      // Until it has started a container is asked nothing else.
      const isEarly = kind !== 'startup' && !isStarted(container, asked)
      if (!isEarly) asked[kind] ??= this.#begin(kind, probe, container, instance)
      const isOver = isEnding ? kind !== 'readiness' : kind === 'startup' && asked.startup?.holds === true
      if (isOver) asked[kind]?.stop()
    }
  }

  #begin(
    kind: ProbeKind,
    probe: Probe,
    container: Container,
    instance: RuntimeContainerStatus,
  ): ContainerProbe {
    const { clock, random, runtime, changed } = this.#options
    const periodMs = (probe.periodSeconds ?? 10) * 1000
    // What ran before this kubelet did is not asked all at once.
    const isOld = clock.now() - instance.startedAt > periodMs
    const was = this.#wasSo(kind, container, instance)
    return new ContainerProbe({
      kind,
      probe,
      clock,
      startedAt: instance.startedAt,
      count: was === undefined ? uncounted(kind) : { holds: was, run: 0 },
      lateMs: isOld && was !== undefined ? random.next() * periodMs : 0,
      attempt: () => attemptOf(probe, { runtime, containerId: instance.id, container, podIP: this.#podIP }),
      found: (outcome, error) => this.#tell(kind, container, outcome, error),
      changed,
    })
  }

  /** What the kubelet that ran before this one had found of the same container. */
  #wasSo(kind: ProbeKind, { name }: Container, { id }: RuntimeContainerStatus): boolean | undefined {
    if (kind === 'liveness') return undefined
    const status = statusesOf(this.#pod?.status).find((one) => one.name === name)
    if (status?.containerID?.endsWith(id) !== true) return undefined
    return (kind === 'startup' ? status.started : status.ready) === true ? true : undefined
  }

  #healthOf(container: Container, { id }: RuntimeContainerStatus): Health {
    const asked = this.#asked.get(id) ?? {}
    const started = isStarted(container, asked)
    const failed = kinds.find((kind) => asked[kind]?.hasFailed === true)
    return {
      started,
      ready: started && (container.readinessProbe === undefined || asked.readiness?.holds === true),
      ...(failed !== undefined && {
        failed: {
          kind: failed,
          graceSeconds: probesOf(container)[failed]?.terminationGracePeriodSeconds,
        },
      }),
    }
  }

  #tell(kind: ProbeKind, { name }: Container, outcome: Outcome | undefined, error: unknown): void {
    const { recorder } = this.#options
    const pod = this.#pod as Pod
    const title = `${titles[kind]} probe`
    if (outcome === undefined) {
      const why = error instanceof Error ? error.message : String(error)
      recorder.warning(pod, 'Unhealthy', `${title} errored and resulted in unknown state: ${why}`, name)
    } else if (!outcome.isGood) {
      recorder.warning(pod, 'Unhealthy', `${title} failed: ${outcome.output}`, name)
    } else if (outcome.isDoubtful) {
      recorder.warning(pod, 'ProbeWarning', `${title} warning: ${outcome.output}`, name)
    }
  }
}

/** Containers that go on running: the pod's own, and those that stand beside them. */
const probed = ({ spec }: Pod): readonly Container[] => [
  ...(spec?.initContainers ?? []).filter(isSidecar),
  ...(spec?.containers ?? []),
]

const isStarted = ({ startupProbe }: Container, { startup }: Asked) =>
  startupProbe === undefined || startup?.holds === true

const statusesOf = (status: PodStatus | undefined) => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
]
