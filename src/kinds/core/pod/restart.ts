import { duplicate, type FieldError, notSupported, required, tooMany } from '#base/field-error'
import type { Container, ContainerRestartRule, PodSpec } from '../../gen/core-v1.ts'

const podPolicies = ['Always', 'OnFailure', 'Never']
const containerPolicies = ['Always', 'Never', 'OnFailure']
const rulesMax = 20
const codesMax = 255

/** Faults of when the containers of a pod run again. */
export function* restartPolicyErrors({ restartPolicy = '' }: PodSpec): Iterable<FieldError> {
  const path = 'spec.restartPolicy'
  if (restartPolicy === '') yield required(path)
  else if (!podPolicies.includes(restartPolicy)) yield notSupported(path, restartPolicy, podPolicies)
}

function* ruleErrors({ action, exitCodes }: ContainerRestartRule, path: string): Iterable<FieldError> {
  if (action === '') yield required(`${path}.action`)
  else if (action !== 'Restart') yield notSupported(`${path}.action`, action, ['Restart'])
  const at = `${path}.exitCodes`
  if (!exitCodes) {
    yield required(at, 'must be specified')
    return
  }
  const { operator, values = [] } = exitCodes
  if (operator === '') yield required(`${at}.operator`)
  else if (operator !== 'In' && operator !== 'NotIn') {
    yield notSupported(`${at}.operator`, operator, ['In', 'NotIn'])
  }
  if (values.length === 0) yield required(`${at}.values`, 'must specify at least one value')
  if (values.length > codesMax) yield tooMany(`${at}.values`, values.length, codesMax)
  for (const [i, value] of values.entries()) {
    if (values.indexOf(value) < i) yield duplicate(`${at}.values[${i}]`, value)
  }
}

/** Faults of when one container runs again, in spite of its pod's policy. */
export function* restartErrors(container: Container, path: string): Iterable<FieldError> {
  const { restartPolicy, restartPolicyRules = [] } = container
  if (restartPolicy === undefined) {
    if (restartPolicyRules.length > 0) {
      yield required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')
    }
    return
  }
  if (!containerPolicies.includes(restartPolicy)) {
    yield notSupported(`${path}.restartPolicy`, restartPolicy, containerPolicies)
  }
  if (restartPolicyRules.length > rulesMax) {
    yield tooMany(`${path}.restartPolicyRules`, restartPolicyRules.length, rulesMax)
  }
  for (const [i, rule] of restartPolicyRules.entries()) {
    yield* ruleErrors(rule, `${path}.restartPolicyRules[${i}]`)
  }
}
