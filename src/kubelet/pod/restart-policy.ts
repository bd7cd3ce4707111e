import type { Container, ContainerRestartRule, PodSpec } from '#kinds/gen/core-v1'

/** True for an init container that goes on running beside the others. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

const isOf = ({ exitCodes }: ContainerRestartRule, exitCode: number) => {
  const isListed = exitCodes?.values?.includes(exitCode) === true
  return exitCodes?.operator === 'In' ? isListed : exitCodes?.operator === 'NotIn' && !isListed
}

/** True when a container that ended with this code starts again: by its own rules, its own policy, or its pod's. */
export function restarts(spec: PodSpec, container: Container, exitCode: number): boolean {
  const { restartPolicyRules = [] } = container
  if (restartPolicyRules.some((rule) => rule.action === 'Restart' && isOf(rule, exitCode))) return true
  const policy = container.restartPolicy ?? spec.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** True when an init container that failed with this code starts again; one of a pod that always restarts does. */
export const initRestarts = (spec: PodSpec, container: Container, exitCode: number): boolean =>
  exitCode !== 0 && restarts(spec, container, exitCode)

/** True when there is a code with which a container starts again. */
export const isRestartable = (
  spec: PodSpec,
  { restartPolicy, restartPolicyRules = [] }: Container,
): boolean =>
  (restartPolicy ?? spec.restartPolicy) !== 'Never' ||
  restartPolicyRules.some(({ action }) => action === 'Restart')
