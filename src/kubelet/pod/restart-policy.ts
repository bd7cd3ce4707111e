import type { Container, PodSpec } from '#kinds/gen/core-v1'

/** True for an init container that goes on running beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

/** True when a container that ended with this code starts again. */
export function restarts(spec: PodSpec, container: Container, exitCode: number): boolean {
  const policy = container.restartPolicy ?? spec.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** True when an init container that failed starts again. */
export const initRestarts = (spec: PodSpec): boolean => (spec.restartPolicy ?? 'Always') !== 'Never'
