import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { parseQuantity } from '#base/quantity'
import type {
  HorizontalPodAutoscalerBehavior,
  HPAScalingPolicy,
  HPAScalingRules,
} from '../gen/autoscaling-v2.ts'

const selectPolicies = ['Disabled', 'Max', 'Min']
const policyTypes = ['Percent', 'Pods']
const windowSecondsMax = 3600
const periodSecondsMax = 1800

function* policyErrors({ type, value, periodSeconds }: HPAScalingPolicy, path: string): Iterable<FieldError> {
  if (!policyTypes.includes(type)) yield notSupported(`${path}.type`, type, policyTypes)
  if (value <= 0) yield invalid(`${path}.value`, value, 'must be greater than zero')
  const at = `${path}.periodSeconds`
  if (periodSeconds <= 0) yield invalid(at, periodSeconds, 'must be greater than zero')
  if (periodSeconds > periodSecondsMax) {
    yield invalid(at, periodSeconds, `must be less than or equal to ${periodSecondsMax}`)
  }
}

function* rulesErrors(rules: HPAScalingRules, path: string): Iterable<FieldError> {
  const { stabilizationWindowSeconds: seconds = 0, selectPolicy, policies = [], tolerance } = rules
  const at = `${path}.stabilizationWindowSeconds`
  if (seconds < 0) yield invalid(at, seconds, 'must be greater than or equal to zero')
  if (seconds > windowSecondsMax) {
    yield invalid(at, seconds, `must be less than or equal to ${windowSecondsMax}`)
  }
  if (selectPolicy !== undefined && !selectPolicies.includes(selectPolicy)) {
    yield notSupported(`${path}.selectPolicy`, selectPolicy, selectPolicies)
  }
  if (policies.length === 0) yield required(`${path}.policies`, 'must specify at least one Policy')
  for (const [i, policy] of policies.entries()) yield* policyErrors(policy, `${path}.policies[${i}]`)
  if (tolerance !== undefined && (parseQuantity(tolerance)?.nano ?? 0n) < 0n) {
    yield invalid(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0')
  }
}

/** Everything wrong with how fast an autoscaler may go up and down. */
export function* behaviorErrors(behavior: HorizontalPodAutoscalerBehavior): Iterable<FieldError> {
  const { scaleUp, scaleDown } = behavior
  if (scaleUp) yield* rulesErrors(scaleUp, 'spec.behavior.scaleUp')
  if (scaleDown) yield* rulesErrors(scaleDown, 'spec.behavior.scaleDown')
}
