import type { KubeObject } from '#schema/object'
import type { SecuredPods } from '../../../define.ts'
import type { Container, Pod, PodSpec } from '../../../gen/core-v1.ts'
import type { SecuredPod } from './check.ts'

/** Objects that make pods from a template. */
export const securedTemplate = <T extends KubeObject>(
  of: (object: T) => SecuredPod | undefined,
): SecuredPods<T> => ({ of, isEnforced: false })

type Named = Pick<Container, 'name' | 'image'>

const isSameList = (next: readonly Named[] = [], old: readonly Named[] = []) =>
  next.length === old.length && next.every(({ image }, i) => image === old[i]?.image)

const hasNewHelper = (next: PodSpec, old: PodSpec) =>
  (next.ephemeralContainers ?? []).some(
    ({ name, image }) => old.ephemeralContainers?.find((one) => one.name === name)?.image !== image,
  )

/** A pod is judged again when it gets other images or more containers: all else that is judged cannot change. */
function isChanged({ spec: next }: Pod, { spec: old }: Pod): boolean {
  if (!next || !old) return true
  const isSame =
    isSameList(next.containers, old.containers) && isSameList(next.initContainers, old.initContainers)
  return !isSame || hasNewHelper(next, old)
}

/** Pods themselves. */
export const securedPod: SecuredPods<Pod> = {
  of: (pod) => pod,
  isEnforced: true,
  isChanged,
  subresources: ['ephemeralcontainers', 'resize'],
}
