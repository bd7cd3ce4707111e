import type { Container, Pod, PodSpec } from '#kinds/gen/core-v1'
import { equal } from '#schema/equal'
import { newestOf, type Observed } from '../pod/observed.ts'
import { differs, mustRestart, resizable, resourcesOf } from './pod-resources.ts'

/** One running container that is to be given other resources. */
export interface ResizeTarget {
  readonly id: string
  readonly container: Container
  readonly attempt: number
}

/** What a running container was given, when that is not what it was promised. */
export function outdated(container: Container, seen: Observed) {
  const last = newestOf(seen, container.name)
  const given = seen.given?.containers[container.name]
  if (last?.state !== 'running' || given?.attempt !== last.attempt) return undefined
  return differs(given.resources, container.resources) ? { last, given: given.resources } : undefined
}

const cgroupDiffers = (pod: Pod, { given }: Observed) =>
  given?.applied !== undefined && !equal(given.applied, resourcesOf(pod))

/** True when something of the pod has not what it was promised. */
export const isResizing = (pod: Pod, seen: Observed): boolean =>
  cgroupDiffers(pod, seen) || resizable(pod.spec as PodSpec).some((one) => outdated(one, seen) !== undefined)

/** The containers to be given what they were promised while they run; undefined when nothing is to be done. */
export function planResize(pod: Pod, seen: Observed): ResizeTarget[] | undefined {
  const targets = resizable(pod.spec as PodSpec).flatMap((container): ResizeTarget[] => {
    const found = outdated(container, seen)
    if (found === undefined || mustRestart(container, found.given)) return []
    return [{ id: found.last.id, container, attempt: found.last.attempt }]
  })
  return targets.length > 0 || cgroupDiffers(pod, seen) ? targets : undefined
}
