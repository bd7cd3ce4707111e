import type { Container, Pod, PodSpec, ResourceRequirements } from '#kinds/gen/core-v1'
import { equal } from '#schema/equal'
import { isSidecar } from '../pod/restart-policy.ts'

/** What a pod and those of its containers that can be resized may use. */
export interface PodResources {
  readonly pod?: ResourceRequirements
  readonly containers: Readonly<Record<string, ResourceRequirements>>
}

/** The containers whose resources can change while they run: all but those that run to their end before the others. */
export const resizable = ({ initContainers = [], containers }: PodSpec): Container[] => [
  ...initContainers.filter(isSidecar),
  ...containers,
]

/** What a pod asks for. */
export function resourcesOf({ spec }: Pod): PodResources {
  const all = spec === undefined ? [] : resizable(spec)
  const containers = Object.fromEntries(all.map(({ name, resources = {} }) => [name, resources]))
  return { ...(spec?.resources && { pod: spec.resources }), containers }
}

/** The pod with these resources in the place of its own; the same object where nothing differs. */
export function withResources(pod: Pod, wanted: PodResources): Pod {
  const { spec } = pod
  if (spec === undefined || equal(resourcesOf(pod), wanted)) return pod
  const given = (one: Container): Container => {
    const resources = wanted.containers[one.name]
    return resources === undefined ? one : { ...one, resources }
  }
  const { resources: _, ...rest } = spec
  const initContainers = spec.initContainers?.map((one) => (isSidecar(one) ? given(one) : one))
  const containers = spec.containers.map(given)
  const made: PodSpec = { ...rest, containers, ...(initContainers && { initContainers }) }
  return { ...pod, spec: wanted.pod === undefined ? made : { ...made, resources: wanted.pod } }
}

const partsOf = (resources: ResourceRequirements | undefined, name: 'cpu' | 'memory') => ({
  request: resources?.requests?.[name],
  limit: resources?.limits?.[name],
})

/** True when a container of one may not use the same as one of the other. */
export const differs = (a: ResourceRequirements | undefined, b: ResourceRequirements | undefined): boolean =>
  !equal(partsOf(a, 'cpu'), partsOf(b, 'cpu')) || !equal(partsOf(a, 'memory'), partsOf(b, 'memory'))

/** True when a container must start again to be given what it may use now. A request for memory binds nobody. */
export function mustRestart(
  { resources, resizePolicy = [] }: Container,
  before: ResourceRequirements,
): boolean {
  const restarts = (name: string) =>
    resizePolicy.some((one) => one.resourceName === name && one.restartPolicy === 'RestartContainer')
  const hasCpu = !equal(partsOf(resources, 'cpu'), partsOf(before, 'cpu'))
  const hasMemory = partsOf(resources, 'memory').limit !== partsOf(before, 'memory').limit
  return (hasCpu && restarts('cpu')) || (hasMemory && restarts('memory'))
}
