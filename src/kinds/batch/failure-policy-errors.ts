import { duplicate, type FieldError, invalid, notSupported, required, tooMany } from '#base/field-error'
import { invalidState } from '../invalid-state.ts'
import { qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
} from '../gen/batch-v1.ts'

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const operators = ['In', 'NotIn']
const statuses = ['False', 'True', 'Unknown']
const rulesMax = 20
const patternsMax = 20
const codesMax = 255

const quoted = (values: readonly string[]) => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`

function* oneOfErrors(value: string, values: readonly string[], path: string): Iterable<FieldError> {
  if (value === '') yield required(path, `valid values: ${quoted(values)}`)
  else if (!values.includes(value)) yield notSupported(path, value, values)
}

function* codeErrors(
  codes: PodFailurePolicyOnExitCodesRequirement,
  path: string,
  containers: readonly string[],
): Iterable<FieldError> {
  const { operator, containerName } = codes
  const values = codes.values ?? []
  yield* oneOfErrors(operator, operators, `${path}.operator`)
  if (containerName !== undefined && !containers.includes(containerName)) {
    const text = 'must be one of the container or initContainer names in the pod template'
    yield invalid(`${path}.containerName`, containerName, text)
  }
  const at = `${path}.values`
  if (values.length === 0) yield invalid(at, codes.values, 'at least one value is required')
  else if (values.length > codesMax) yield tooMany(at, values.length, codesMax)
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0)
      yield invalid(`${at}[${i}]`, value, 'must not be 0 for the In operator')
    if (values.indexOf(value) < i) yield duplicate(`${at}[${i}]`, value)
  }
  const isOrdered = values.every((value, i) => i === 0 || (values[i - 1] as number) <= value)
  if (!isOrdered) yield invalid(at, values, 'must be ordered')
}

function* patternErrors(
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
  path: string,
): Iterable<FieldError> {
  if (patterns.length > patternsMax) yield tooMany(path, patterns.length, patternsMax)
  for (const [i, { type, status = '' }] of patterns.entries()) {
    yield* eachFault(`${path}[${i}].type`, type, qualifiedNameFaults(type))
    yield* oneOfErrors(status, statuses, `${path}[${i}].status`)
  }
}

function* ruleErrors(
  { action, onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  path: string,
  { backoffLimitPerIndex }: JobSpec,
  containers: readonly string[],
): Iterable<FieldError> {
  yield* oneOfErrors(action, actions, `${path}.action`)
  if (action === 'FailIndex' && backoffLimitPerIndex === undefined) {
    yield invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set')
  }
  if (onExitCodes) yield* codeErrors(onExitCodes, `${path}.onExitCodes`, containers)
  yield* patternErrors(onPodConditions, `${path}.onPodConditions`)
  if (onExitCodes && onPodConditions.length > 0) {
    yield invalidState(path, 'specifying both OnExitCodes and OnPodConditions is not supported')
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    yield invalidState(path, 'specifying one of OnExitCodes and OnPodConditions is required')
  }
}

/** Faults of how a job takes the failures of its pods. */
export function* failurePolicyErrors(spec: JobSpec, path: string): Iterable<FieldError> {
  const rules = spec.podFailurePolicy?.rules ?? []
  if (rules.length > rulesMax) yield tooMany(`${path}.rules`, rules.length, rulesMax)
  const { containers = [], initContainers = [] } = spec.template.spec ?? {}
  const names = [...containers, ...initContainers].map(({ name }) => name)
  for (const [i, rule] of rules.entries()) yield* ruleErrors(rule, `${path}.rules[${i}]`, spec, names)
}
