import type { ContainerStatus, PodSpec } from '#kinds/gen/core-v1'
import { initRestarts, isSidecar, restarts } from './restart-policy.ts'

/** Upstream's phases of a pod. */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

const ended = ({ state, lastState }: ContainerStatus) =>
  state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined)

/** How init containers stand: not all done, one failed for good, or done. */
function initFate(spec: PodSpec, inits: readonly ContainerStatus[]): 'pending' | 'failed' | 'done' {
  let fate: 'pending' | 'done' = 'done'
  for (const container of spec.initContainers ?? []) {
    const status = inits.find(({ name }) => name === container.name)
    if (isSidecar(container)) {
      if (status?.started !== true && status?.state?.terminated === undefined) fate = 'pending'
    } else if (status?.state?.terminated) {
      const { exitCode } = status.state.terminated
      if (exitCode === 0) continue
      if (!initRestarts(spec, container, exitCode)) return 'failed'
      fate = 'pending'
    } else fate = 'pending'
  }
  return fate
}

const hasRunningSidecar = (spec: PodSpec, inits: readonly ContainerStatus[]) =>
  (spec.initContainers ?? []).some(
    (one) => isSidecar(one) && inits.find(({ name }) => name === one.name)?.state?.running !== undefined,
  )

/** The phase, from the statuses of a pod's containers; `isOver` when nothing will start any more. */
export function podPhase(
  spec: PodSpec,
  inits: readonly ContainerStatus[],
  main: readonly ContainerStatus[],
  isOver: boolean,
): PodPhase {
  const fate = initFate(spec, inits)
  const running = main.filter(({ state }) => state?.running)
  const stopped = main.filter((one) => ended(one))
  const began = running.length + stopped.length
  if (fate === 'failed' || (isOver && fate === 'pending' && began === 0)) return 'Failed'
  if (fate === 'pending' && began === 0) return 'Pending'
  if (began < main.length) return isOver && running.length === 0 ? 'Failed' : 'Pending'
  // A pod goes on for as long as its sidecars take to end.
  if (running.length > 0 || hasRunningSidecar(spec, inits)) return 'Running'
  const allWell = stopped.every((one) => ended(one)?.exitCode === 0)
  if (isOver) return allWell ? 'Succeeded' : 'Failed'
  const goesOn = spec.containers.some((container) => {
    const last = main.find(({ name }) => name === container.name)
    return last !== undefined && restarts(spec, container, ended(last)?.exitCode ?? 0)
  })
  if (goesOn) return 'Running'
  return allWell ? 'Succeeded' : 'Failed'
}
