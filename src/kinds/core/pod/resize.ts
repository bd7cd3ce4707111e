import { type FieldError, fieldForbidden, invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../gen/core-v1.ts'
import { mirrorAnnotation } from './annotations.ts'
import { computeQosClass } from './quality-of-service.ts'

const resizable = ['cpu', 'memory']
const noSpec: PodSpec = { containers: [] }

const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always'

function* removalErrors(
  next: ResourceRequirements = {},
  old: ResourceRequirements = {},
  path: string,
): Iterable<FieldError> {
  for (const which of ['requests', 'limits'] as const) {
    const isGone = Object.keys(old[which] ?? {}).some((name) => next[which]?.[name] === undefined)
    if (isGone) yield fieldForbidden(`${path}.${which}`, `resource ${which} cannot be removed`)
  }
}

/** A container's resources without what a resize may change. */
function fixedPart({ resources, resizePolicy: _policy, ...rest }: Container): object {
  const fixed = (list: Record<string, string> | undefined) =>
    Object.fromEntries(Object.entries(list ?? {}).filter(([name]) => !resizable.includes(name)))
  return { ...rest, limits: fixed(resources?.limits), requests: fixed(resources?.requests) }
}

function* containerErrors(next: PodSpec, old: PodSpec): Iterable<FieldError> {
  for (const [i, before] of (old.initContainers ?? []).entries()) {
    const after = next.initContainers?.[i] ?? before
    if (!isSidecar(before)) {
      if (!equal(before, after)) {
        yield fieldForbidden('spec', 'resources for non-sidecar init containers are immutable')
      }
      continue
    }
    yield* removalErrors(after.resources, before.resources, `spec.initContainers[${i}].resources`)
    if (!equal(fixedPart(before), fixedPart(after))) {
      yield fieldForbidden('spec', 'only cpu and memory resources for sidecar containers are mutable')
    }
  }
  for (const [i, before] of old.containers.entries()) {
    const after = next.containers[i] ?? before
    yield* removalErrors(after.resources, before.resources, `spec.containers[${i}].resources`)
    if (!equal(fixedPart(before), fixedPart(after))) {
      yield fieldForbidden('spec', 'only cpu and memory resources are mutable')
    }
  }
}

/** Why a pod cannot be resized at all. */
function refusal({ metadata, spec }: Pod): string | undefined {
  if (Object.hasOwn(metadata.annotations ?? {}, mirrorAnnotation)) return 'static pods cannot be resized'
  return spec?.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined
}

/** Whether the node tells what its containers have: one that cannot resize does not. */
function isSupported({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running !== undefined)
  return running === undefined || running.resources !== undefined
}

/** Everything wrong with a change of what a running pod's containers may use. */
export function* resizeErrors(next: Pod, old: Pod): Iterable<FieldError> {
  const refused = refusal(old)
  if (refused !== undefined) return yield* [fieldForbidden('', refused)]
  const { spec: before = noSpec } = old
  const { spec: after = noSpec } = next
  for (const name of ['containers', 'initContainers'] as const) {
    const names = (spec: PodSpec) => (spec[name] ?? []).map((one) => one.name)
    if (!equal(names(before), names(after))) {
      yield fieldForbidden('spec', 'only cpu and memory resources are mutable')
      return
    }
  }
  const qosClass = old.status?.qosClass || computeQosClass(old)
  if (qosClass !== computeQosClass(next)) {
    yield invalid('spec', next.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing')
  }
  if (!isSupported(old)) {
    yield fieldForbidden('spec', 'Pod running on node without support for resize')
  }
  yield* removalErrors(after.resources, before.resources, 'spec.resources')
  yield* containerErrors(after, before)
}
