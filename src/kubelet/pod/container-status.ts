import { timeOf } from '#base/time'
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  ResourceRequirements,
} from '#kinds/gen/core-v1'
import type { RuntimeContainerStatus } from '../contract.ts'
import type { Health } from '../probes/health.ts'
import type { Problem } from './problem.ts'
import { isSidecar } from './restart-policy.ts'

/** What the status of one container is made from. */
export interface ContainerView {
  readonly pod: Pod
  readonly container: Container
  readonly isInit: boolean
  /** The instances, newest first. */
  readonly instances: readonly RuntimeContainerStatus[]
  /** How the newest is while it runs. */
  readonly health: Health
  /** Why it waits: for its back-off, its image, or its configuration. */
  readonly problem: Problem | undefined
  /** What the newest was given; undefined where that is not known. */
  readonly given: ResourceRequirements | undefined
  /** What it waits for when nothing is wrong. */
  readonly waitsFor: string
  /** True when the pod ended: what never ran cannot be waiting. */
  readonly isOver: boolean
}

/** A container's reference as upstream writes it; kubeling's runtime is containerd. */
const idOf = (id: string) => `containerd://${id}`

const time = (ms: number) => (ms === 0 ? null : timeOf(ms))

function terminated(one: RuntimeContainerStatus): ContainerState {
  const { exitCode, message } = one
  const reason = one.reason || (exitCode === 0 ? 'Completed' : 'Error')
  return {
    terminated: {
      exitCode,
      reason,
      ...(message !== '' && { message }),
      startedAt: time(one.startedAt),
      finishedAt: time(one.finishedAt),
      containerID: idOf(one.id),
    },
  }
}

const lost: ContainerState = {
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    startedAt: null,
    finishedAt: null,
  },
}

const waiting = ({ reason, message }: Problem): ContainerState => ({
  waiting: { reason, ...(message !== '' && { message }) },
})

function stateOf(view: ContainerView): { state: ContainerState; lastState: ContainerState } {
  const [newest, previous] = view.instances
  const before = previous?.state === 'exited' ? terminated(previous) : {}
  const problem = view.problem ?? { reason: view.waitsFor, message: '' }
  if (newest === undefined || newest.state === 'created') {
    return { state: view.isOver ? lost : waiting(problem), lastState: before }
  }
  if (newest.state === 'running') {
    return { state: { running: { startedAt: time(newest.startedAt) } }, lastState: before }
  }
  if (newest.state === 'unknown') return { state: lost, lastState: before }
  if (view.problem && !view.isOver) return { state: waiting(view.problem), lastState: terminated(newest) }
  return { state: terminated(newest), lastState: before }
}

const mountsOf = ({ volumeMounts = [] }: Container, recursive: readonly string[] = []) =>
  volumeMounts.map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true && {
      readOnly,
      recursiveReadOnly: recursive.includes(mountPath) ? 'Enabled' : 'Disabled',
    }),
  }))

/** The status of one container. */
export function toContainerStatus(view: ContainerView): ContainerStatus {
  const { container, isInit, health } = view
  const newest = view.instances[0]
  const isRunning = newest?.state === 'running'
  const hasDone = newest?.state === 'exited' && newest.exitCode === 0
  const { resources } = container
  const hasResources = Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0
  const mounts = mountsOf(container, newest?.recursiveReadOnlyPaths)
  return {
    name: container.name,
    ...stateOf(view),
    ready: isInit && !isSidecar(container) ? hasDone : isRunning && health.ready,
    restartCount: newest?.attempt ?? 0,
    image: newest?.image || (container.image ?? ''),
    imageID: newest?.imageRef ?? '',
    ...(newest !== undefined && { containerID: idOf(newest.id) }),
    started: isRunning && health.started,
    ...(hasResources && resources?.requests && { allocatedResources: resources.requests }),
    ...(hasResources && resources && { resources: isRunning ? (view.given ?? resources) : resources }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  }
}
