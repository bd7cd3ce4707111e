import {
  duplicate,
  type FieldError,
  fieldForbidden,
  invalid,
  notSupported,
  required,
} from '#base/field-error'
import { labelValueFaults, qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { LabelSelector } from '../../gen/meta-v1.ts'
import type { PodSpec, Toleration, TopologySpreadConstraint } from '../../gen/core-v1.ts'
import { selectorErrors } from '../../selector-errors.ts'
import { effectErrors } from '../taint-effect.ts'

function* operatorErrors({ operator = '', value = '' }: Toleration, path: string): Iterable<FieldError> {
  if (operator === 'Exists') {
    if (value !== '') yield invalid(path, value, "value must be empty when `operator` is 'Exists'")
  } else if (operator === '' || operator === 'Equal') {
    const faults = labelValueFaults(value)
    if (faults.length > 0) yield invalid(path, value, faults.join(';'))
  } else yield notSupported(path, operator, ['Equal', 'Exists'])
}

/** Faults of the taints that a pod bears. */
export function* tolerationErrors(tolerations: readonly Toleration[]): Iterable<FieldError> {
  for (const [i, toleration] of tolerations.entries()) {
    const path = `spec.tolerations[${i}]`
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration
    if (key !== '') yield* eachFault(`${path}.key`, key, qualifiedNameFaults(key))
    else if (operator !== 'Exists') {
      const text = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
      yield invalid(`${path}.operator`, operator, text)
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      yield invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
    }
    yield* operatorErrors(toleration, `${path}.operator`)
    if (effect !== '') yield* effectErrors(effect, `${path}.effect`)
  }
}

/** Faults of what keeps a pod from being scheduled. */
export function* gateErrors({ schedulingGates = [], readinessGates = [] }: PodSpec): Iterable<FieldError> {
  for (const [i, { conditionType }] of readinessGates.entries()) {
    const path = `spec.readinessGates[${i}].conditionType`
    yield* eachFault(path, conditionType, qualifiedNameFaults(conditionType))
  }
  for (const [i, { name }] of schedulingGates.entries()) {
    const path = `spec.schedulingGates[${i}]`
    yield* eachFault(path, name, qualifiedNameFaults(name))
    if (schedulingGates.findIndex((one) => one.name === name) < i) yield duplicate(path, name)
  }
}

const notPositive = 'must be greater than zero'
const nodePolicies = ['Honor', 'Ignore']
const actions = ['DoNotSchedule', 'ScheduleAnyway']

function* domainErrors(constraint: TopologySpreadConstraint, path: string): Iterable<FieldError> {
  const { minDomains, whenUnsatisfiable } = constraint
  if (minDomains === undefined) return
  if (minDomains <= 0) yield invalid(path, minDomains, notPositive)
  if (whenUnsatisfiable !== 'DoNotSchedule') {
    const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`
    yield invalid(path, minDomains, text)
  }
}

/** How often a selector asks for a key. The label keys themselves add one expression each when a pod is created. */
function timesAsked(selector: LabelSelector, key: string): number {
  const expressions = (selector.matchExpressions ?? []).filter((one) => one.key === key)
  return expressions.length + (Object.hasOwn(selector.matchLabels ?? {}, key) ? 1 : 0)
}

function* labelKeyErrors(constraint: TopologySpreadConstraint, path: string): Iterable<FieldError> {
  const { matchLabelKeys = [], labelSelector } = constraint
  if (matchLabelKeys.length === 0) return
  if (!labelSelector) {
    yield fieldForbidden(path, 'must not be specified when labelSelector is not set')
  }
  for (const [i, key] of matchLabelKeys.entries()) {
    yield* eachFault(`${path}[${i}]`, key, qualifiedNameFaults(key))
    if (labelSelector && timesAsked(labelSelector, key) > 1) {
      yield invalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector')
    }
  }
}

function* constraintErrors(constraint: TopologySpreadConstraint, path: string): Iterable<FieldError> {
  const { maxSkew, topologyKey, whenUnsatisfiable } = constraint
  if (maxSkew <= 0) yield invalid(`${path}.maxSkew`, maxSkew, notPositive)
  if (topologyKey === '') yield required(`${path}.topologyKey`, 'can not be empty')
  if (!actions.includes(whenUnsatisfiable)) {
    yield notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, actions)
  }
  yield* domainErrors(constraint, `${path}.minDomains`)
  for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const value = constraint[name]
    if (value !== undefined && !nodePolicies.includes(value)) {
      yield notSupported(`${path}.${name}`, value, nodePolicies)
    }
  }
  yield* labelKeyErrors(constraint, `${path}.matchLabelKeys`)
  yield* selectorErrors(constraint.labelSelector, `${path}.labelSelector`)
}

/** Faults of how pods are spread. */
export function* spreadErrors({ topologySpreadConstraints = [] }: PodSpec): Iterable<FieldError> {
  for (const [i, one] of topologySpreadConstraints.entries()) {
    const path = `spec.topologySpreadConstraints[${i}]`
    yield* constraintErrors(one, path)
    const isRepeated = topologySpreadConstraints
      .slice(i + 1)
      .some(
        (other) => other.topologyKey === one.topologyKey && other.whenUnsatisfiable === one.whenUnsatisfiable,
      )
    if (isRepeated) {
      const pair = `{${one.topologyKey}, ${one.whenUnsatisfiable}}`
      yield duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair)
    }
  }
}
