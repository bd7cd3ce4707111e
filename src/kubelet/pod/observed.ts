import type { RuntimeContainerStatus, SandboxStatus } from '../contract.ts'
import type { ResizeNote } from '../resize/resize-notes.ts'
import { type Health, healthy } from '../probes/health.ts'

/** All that the runtime has of one pod: a whole snapshot, newest first; and what its probes found. */
export interface Observed {
  readonly sandboxes: readonly SandboxStatus[]
  readonly containers: readonly RuntimeContainerStatus[]
  /** By the id of a running container; those without probes are healthy. */
  readonly health?: ReadonlyMap<string, Health>
  /** What the pod was promised and its containers were given. */
  readonly given?: ResizeNote
}

/** A pod of which the runtime has nothing. */
export const nothingObserved: Observed = { sandboxes: [], containers: [] }

/** True for a container whose process is there, or may be: only `exited` proves that it is not. */
export const isAlive = ({ state }: Pick<RuntimeContainerStatus, 'state'>): boolean =>
  state === 'running' || state === 'unknown'

/** The newest sandbox that works. */
export const readySandbox = (observed: Observed): SandboxStatus | undefined =>
  observed.sandboxes.find(({ ready }) => ready)

/** The instances of a container, newest first. */
export const instancesOf = (observed: Observed, name: string): RuntimeContainerStatus[] =>
  observed.containers.filter((one) => one.name === name)

/** The newest instance of a container. */
export const newestOf = (observed: Observed, name: string): RuntimeContainerStatus | undefined =>
  observed.containers.find((one) => one.name === name)

/** How a container is that runs. */
export const healthOf = (observed: Observed, { id }: Pick<RuntimeContainerStatus, 'id'>): Health =>
  observed.health?.get(id) ?? healthy

/** True for a container that runs and has done what others wait for. */
export const hasStarted = (observed: Observed, instance: RuntimeContainerStatus | undefined): boolean =>
  instance?.state === 'running' && healthOf(observed, instance).started
