// What to do next for a pod, from what is wanted and what is observed. Pure: the same input gives the same actions,
// so an action that was lost is planned again, and one that was done is not.
import type { Container, Pod } from '#kinds/gen/core-v1'
import type { RuntimeContainerStatus } from '../contract.ts'
import type { ResizeTarget } from '../resize/plan-resize.ts'
import { planContainers } from './plan-containers.ts'
import { isAlive, type Observed, readySandbox } from './observed.ts'
import { isSidecar } from './restart-policy.ts'
import { isRemoved, type PodState } from './state.ts'

export type Action =
  /** Makes the sandbox with this attempt number; volumes come first. */
  | { readonly do: 'createSandbox'; readonly attempt: number }
  | { readonly do: 'stopSandbox'; readonly id: string }
  | { readonly do: 'removeSandbox'; readonly id: string }
  /** Pulls, creates and starts one instance of a container. */
  | {
      readonly do: 'startContainer'
      readonly container: Container
      readonly attempt: number
      readonly sandboxId: string
    }
  /** Runs preStop, asks the process to end and kills it at the deadline. */
  | {
      readonly do: 'stopContainer'
      readonly id: string
      readonly name: string
      /** When the process is killed, by the clock. */
      readonly deadline: number
      readonly why: string
    }
  /** Gives the pod's cgroup and these containers what the pod was promised. */
  | { readonly do: 'resize'; readonly targets: readonly ResizeTarget[] }
  | { readonly do: 'removeContainer'; readonly id: string }
  /** Says that all containers ended for good. */
  | { readonly do: 'complete' }
  /** Says that the pod ran longer than it may. */
  | { readonly do: 'expire' }
  /** Says that nothing of the pod runs. */
  | { readonly do: 'confirmGone' }
  /** Removes volumes, and logs too when nothing is kept. */
  | { readonly do: 'cleanUp'; readonly keepLogs: boolean }

export interface Plan {
  readonly actions: readonly Action[]
  /** When to plan again even if nothing changes. */
  readonly wakeAt: number | undefined
}

/** The next actions for a pod, to be done in order. */
export function plan(state: PodState, seen: Observed, now: number): Plan {
  switch (state.phase) {
    case 'waiting':
      return planAlive({ ...state, phase: 'running', backoff: new Map() }, seen, now)
    case 'running':
      return planAlive(state, seen, now)
    case 'terminating':
      return { actions: planTerminating(state, seen), wakeAt: undefined }
    case 'terminated':
      return { actions: planTerminated(state, seen), wakeAt: undefined }
  }
}

type Running = Extract<PodState, { phase: 'running' }>

function planAlive(state: Running, seen: Observed, now: number): Plan {
  const { spec, status } = state.pod
  const startedAt = status?.startTime === undefined ? now : Date.parse(status.startTime)
  const endAt =
    spec?.activeDeadlineSeconds === undefined ? undefined : startedAt + spec.activeDeadlineSeconds * 1000
  if (endAt !== undefined && endAt <= now) return { actions: [{ do: 'expire' }], wakeAt: undefined }
  const planned = planRunning(state, seen, now)
  const wakes = [planned.wakeAt, endAt].filter((at) => at !== undefined)
  return { ...planned, wakeAt: wakes.length === 0 ? undefined : Math.min(...wakes) }
}

function planRunning(state: Running, seen: Observed, now: number): Plan {
  const sandbox = readySandbox(seen)
  const stale = seen.sandboxes.filter(({ ready, id }) => ready && id !== sandbox?.id)
  const strays = seen.containers.filter((one) => isAlive(one) && one.sandboxId !== sandbox?.id)
  const tidy: Action[] = [
    ...strays.map((one) => stopStray(one, now)),
    ...stale.map(({ id }) => ({ do: 'stopSandbox', id }) as const),
    ...seen.sandboxes
      .filter(({ ready, id }) => !ready && !seen.containers.some(({ sandboxId }) => sandboxId === id))
      .map(({ id }) => ({ do: 'removeSandbox', id }) as const),
  ]
  if (tidy.length > 0) return { actions: tidy, wakeAt: undefined }
  return planContainers(state, seen, sandbox, now)
}

const stopStray = ({ id, name }: RuntimeContainerStatus, now: number): Action => ({
  do: 'stopContainer',
  id,
  name,
  deadline: now,
  why: 'its sandbox is gone',
})

function planTerminating(state: Extract<PodState, { phase: 'terminating' }>, seen: Observed): Action[] {
  const alive = seen.containers.filter(isAlive)
  if (alive.length > 0) {
    return firstToEnd(state.pod, alive).map(({ id, name }) => ({
      do: 'stopContainer',
      id,
      name,
      deadline: state.deadline,
      why: `Stopping container ${name}`,
    }))
  }
  const ready = seen.sandboxes.filter((one) => one.ready)
  if (ready.length > 0) return ready.map(({ id }) => ({ do: 'stopSandbox', id }))
  return [{ do: 'confirmGone' }]
}

/** Sidecars serve the others to their end: they end after them, the last one to start first, one after another. */
function firstToEnd(
  { spec }: Pod,
  alive: readonly RuntimeContainerStatus[],
): readonly RuntimeContainerStatus[] {
  const sidecars = (spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name)
  const others = alive.filter(({ name }) => !sidecars.includes(name))
  if (others.length > 0) return others
  const last = sidecars.findLast((wanted) => alive.some(({ name }) => name === wanted))
  return alive.filter(({ name }) => name === last)
}

function planTerminated(state: Extract<PodState, { phase: 'terminated' }>, seen: Observed): Action[] {
  // A start that was cut off can still succeed in the runtime: it is ended when it shows, whatever was confirmed before.
  const late: Action[] = [
    ...seen.containers
      .filter(isAlive)
      .map(({ id, name }) => ({ do: 'stopContainer', id, name, deadline: 0, why: 'its pod ended' }) as const),
    ...seen.sandboxes.filter(({ ready }) => ready).map(({ id }) => ({ do: 'stopSandbox', id }) as const),
  ]
  if (late.length > 0) return late
  if (!isRemoved(state.reason)) return state.cleaned ? [] : [{ do: 'cleanUp', keepLogs: true }]
  if (seen.sandboxes.length > 0) return seen.sandboxes.map(({ id }) => ({ do: 'removeSandbox', id }))
  if (seen.containers.length > 0) return seen.containers.map(({ id }) => ({ do: 'removeContainer', id }))
  return state.cleaned ? [] : [{ do: 'cleanUp', keepLogs: false }]
}
