import { timeOf } from '#base/time'
import type { Container, Pod, PodSpec, PodStatus } from '#kinds/gen/core-v1'
import { computeQosClass } from '#kinds/core/pod/quality-of-service'
import { toContainerStatus, type ContainerView } from './container-status.ts'
import { conditionsOf } from './conditions.ts'
import { hasStarted, healthOf, instancesOf, newestOf, type Observed, readySandbox } from './observed.ts'
import { podPhase } from './pod-phase.ts'
import type { Problem } from './problem.ts'
import { healthy } from '../probes/health.ts'
import { restartAt } from './restart-backoff.ts'
import { initRestarts, isSidecar, restarts } from './restart-policy.ts'
import type { ResizeState } from '../resize/resize-conditions.ts'
import type { PodState } from './state.ts'

/** What a pod's status is made from. */
export interface StatusView {
  readonly state: PodState
  readonly seen: Observed
  /** By container: why its start failed. */
  readonly problems: ReadonlyMap<string, Problem>
  readonly hostIPs: readonly string[]
  /** How its resize stands. */
  readonly resize?: ResizeState
  /** The status that was reported last. */
  readonly previous: PodStatus | undefined
  readonly now: number
}

/** The status of a pod as the API shows it. */
export function toStatus(view: StatusView): PodStatus {
  const { state, previous, now } = view
  const { pod } = state
  const spec = pod.spec as PodSpec
  const isOver = state.phase === 'terminated'
  const inits = (spec.initContainers ?? []).map((one) => toContainerStatus(viewOf(view, one, true)))
  const main = spec.containers
    .map((one) => toContainerStatus(viewOf(view, one, false)))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const helpers = (spec.ephemeralContainers ?? []).map((one) => helperStatus(viewOf(view, one, false)))
  const phase =
    keptPhase(previous) ?? (isOver && isCut(state) ? 'Failed' : podPhase(spec, inits, main, isOver))
  const hasSandbox = readySandbox(view.seen) !== undefined
  const eviction = evictionOf(state)
  const seen = {
    pod,
    phase,
    hasSandbox,
    inits,
    main,
    ...(eviction !== undefined && { eviction: eviction.message }),
    ...(view.resize !== undefined && { resize: view.resize }),
  }
  const conditions = conditionsOf(seen, previous?.conditions ?? [], now)
  return {
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    conditions,
    ...messageOf(state, previous),
    ...addresses(view),
    startTime: previous?.startTime ?? timeOf(now),
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    containerStatuses: main,
    ...(helpers.length > 0 && { ephemeralContainerStatuses: helpers }),
    qosClass: pod.status?.qosClass ?? computeQosClass(pod),
  }
}

/** Nobody asks whether a helper is ready. */
function helperStatus(view: ContainerView) {
  const { started: _, ...status } = toContainerStatus(view)
  return { ...status, ready: false }
}

/** Phases never go back: a pod that ended stays as it ended. */
const keptPhase = (previous: PodStatus | undefined) =>
  previous?.phase === 'Succeeded' || previous?.phase === 'Failed' ? previous.phase : undefined

const isLate = (state: PodState) =>
  (state.phase === 'terminating' || state.phase === 'terminated') && state.reason === 'deadline'

const evictionOf = (state: PodState) =>
  state.phase === 'terminating' || state.phase === 'terminated' ? state.eviction : undefined

/** True for a pod that was ended before it was done. */
const isCut = (state: PodState) => isLate(state) || evictionOf(state) !== undefined

function messageOf(state: PodState, previous: PodStatus | undefined): Pick<PodStatus, 'message' | 'reason'> {
  if (isLate(state)) {
    const message = 'Pod was active on the node longer than the specified deadline'
    return { message, reason: 'DeadlineExceeded' }
  }
  const eviction = evictionOf(state)
  if (eviction !== undefined) return { message: eviction.message, reason: eviction.reason }
  if (keptPhase(previous) === undefined) return {}
  const { message, reason } = previous as PodStatus
  return { ...(message !== undefined && { message }), ...(reason !== undefined && { reason }) }
}

function viewOf(view: StatusView, container: Container, isInit: boolean): ContainerView {
  const { state, seen } = view
  const spec = state.pod.spec as PodSpec
  const newest = newestOf(seen, container.name)
  const given = seen.given?.containers[container.name]
  const hasInits = (spec.initContainers ?? []).some((one) => one !== container && !initIsDone(seen, one))
  return {
    pod: state.pod,
    container,
    isInit,
    instances: instancesOf(seen, container.name),
    health: newest === undefined ? healthy : healthOf(seen, newest),
    problem: view.problems.get(container.name) ?? crashLoop(view, container),
    given: given?.attempt === newest?.attempt ? given?.resources : undefined,
    waitsFor:
      hasInits || (isInit && (spec.initContainers?.length ?? 0) > 0)
        ? 'PodInitializing'
        : 'ContainerCreating',
    isOver: state.phase === 'terminated',
  }
}

function initIsDone(seen: Observed, container: Container): boolean {
  const newest = newestOf(seen, container.name)
  if (isSidecar(container)) return hasStarted(seen, newest)
  return newest?.state === 'exited' && newest.exitCode === 0
}

/** `nginx_default(uid)`: a pod as messages name it. */
export const podLabel = ({ metadata }: Pod): string =>
  `${metadata.name}_${metadata.namespace}(${metadata.uid})`

function crashLoop({ state, seen, now }: StatusView, container: Container): Problem | undefined {
  const { name } = container
  if (state.phase !== 'running') return undefined
  const newest = newestOf(seen, name)
  const backoff = state.backoff.get(name)
  if (newest?.state !== 'exited' || backoff === undefined) return undefined
  const spec = state.pod.spec as PodSpec
  // What will not start again waits for nothing.
  const isInit = spec.initContainers?.includes(container) === true && !isSidecar(container)
  if (!(isInit ? initRestarts : restarts)(spec, container, newest.exitCode)) return undefined
  if (restartAt(backoff, newest.finishedAt) <= now) return undefined
  return { reason: 'CrashLoopBackOff', message: crashLoopMessage(state.pod, name, backoff.delayMs) }
}

/** What status and events say of a container that waits to restart. */
export const crashLoopMessage = (pod: Pod, name: string, delayMs: number): string =>
  `back-off ${inWords(delayMs)} restarting failed container=${name} pod=${podLabel(pod)}`

const inWords = (ms: number) => {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

type Addresses = Pick<PodStatus, 'hostIP' | 'hostIPs' | 'podIP' | 'podIPs'>

function addresses({ state, seen, hostIPs, previous }: StatusView): Addresses {
  const sandbox = readySandbox(seen)
  const isOnHost = state.pod.spec?.hostNetwork === true
  const kept =
    state.phase === 'running' || state.phase === 'waiting' ? [] : (previous?.podIPs ?? []).map(({ ip }) => ip)
  const ips = sandbox === undefined ? kept : isOnHost ? hostIPs : sandbox.ips
  return {
    ...(hostIPs[0] !== undefined && { hostIP: hostIPs[0], hostIPs: hostIPs.map((ip) => ({ ip })) }),
    ...(ips[0] !== undefined && { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
  }
}
