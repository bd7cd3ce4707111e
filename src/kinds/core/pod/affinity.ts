import { type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import { dnsLabelFaults, labelValueFaults, qualifiedNameFaults, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from '../../gen/core-v1.ts'
import { selectorErrors } from '../../selector-errors.ts'

const notAnOperator = 'not a valid selector operator'

function* expressionErrors(
  { key, operator, values = [] }: NodeSelectorRequirement,
  isRequired: boolean,
  path: string,
): Iterable<FieldError> {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      yield required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
      yield fieldForbidden(`${path}.values`, text)
    }
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) {
      yield required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")
    }
  } else yield invalid(`${path}.operator`, operator, notAnOperator)
  yield* eachFault(`${path}.key`, key, qualifiedNameFaults(key))
  // A wish may name values that no label can have: it just is not met.
  if (!isRequired) return
  for (const [i, value] of values.entries()) {
    yield* eachFault(`${path}.values[${i}]`, value, labelValueFaults(value))
  }
}

function* fieldErrors(
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: string,
): Iterable<FieldError> {
  if (operator !== 'In' && operator !== 'NotIn') yield invalid(`${path}.operator`, operator, notAnOperator)
  else if (values.length !== 1) {
    const text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
    yield required(`${path}.values`, text)
  }
  if (key !== 'metadata.name') {
    yield invalid(`${path}.key`, key, 'not a valid field selector key')
    return
  }
  for (const [i, name] of values.entries()) {
    yield* eachFault(`${path}.values[${i}]`, name, subdomainFaults(name))
  }
}

function* nodeTermErrors(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  isRequired: boolean,
  path: string,
): Iterable<FieldError> {
  for (const [i, one] of matchExpressions.entries()) {
    yield* expressionErrors(one, isRequired, `${path}.matchExpressions[${i}]`)
  }
  for (const [i, one] of matchFields.entries()) yield* fieldErrors(one, `${path}.matchFields[${i}]`)
}

/** Faults of which nodes will do: they must meet one of the terms. */
export function* nodeSelectorErrors({ nodeSelectorTerms }: NodeSelector, path: string): Iterable<FieldError> {
  const at = `${path}.nodeSelectorTerms`
  const terms = nodeSelectorTerms ?? []
  if (terms.length === 0) yield required(at, 'must have at least one node selector term')
  for (const [i, term] of terms.entries()) yield* nodeTermErrors(term, true, `${at}[${i}]`)
}

const wrongWeight = 'must be in the range 1-100'
const isWeight = (weight: number) => weight > 0 && weight <= 100
const requiredName = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferredName = 'preferredDuringSchedulingIgnoredDuringExecution'

function* nodeAffinityErrors({ nodeAffinity }: Affinity): Iterable<FieldError> {
  const path = 'spec.affinity.nodeAffinity'
  const must = nodeAffinity?.[requiredName]
  if (must) yield* nodeSelectorErrors(must, `${path}.${requiredName}`)
  for (const [i, { weight, preference }] of (nodeAffinity?.[preferredName] ?? []).entries()) {
    const at = `${path}.${preferredName}[${i}]`
    if (!isWeight(weight)) yield invalid(`${at}.weight`, weight, wrongWeight)
    yield* nodeTermErrors(preference, false, `${at}.preference`)
  }
}

function* labelKeyErrors(term: PodAffinityTerm, path: string): Iterable<FieldError> {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term
  for (const name of ['matchLabelKeys', 'mismatchLabelKeys'] as const) {
    const keys = term[name] ?? []
    if (keys.length > 0 && !labelSelector) {
      yield fieldForbidden(`${path}.${name}`, 'must not be specified when labelSelector is not set')
      continue
    }
    for (const [i, key] of keys.entries()) {
      yield* eachFault(`${path}.${name}[${i}]`, key, qualifiedNameFaults(key))
    }
  }
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}))
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const i = matchLabelKeys.indexOf(key)
    if (i >= 0 && seen.has(key)) {
      yield invalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector')
    }
    seen.add(key)
  }
  for (const [i, key] of matchLabelKeys.entries()) {
    if (mismatchLabelKeys.includes(key)) {
      const text = 'exists in both matchLabelKeys and mismatchLabelKeys'
      yield invalid(`${path}.matchLabelKeys[${i}]`, key, text)
    }
  }
}

function* podTermErrors(term: PodAffinityTerm, path: string): Iterable<FieldError> {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term
  yield* selectorErrors(labelSelector, `${path}.labelSelector`)
  yield* selectorErrors(namespaceSelector, `${path}.namespaceSelector`)
  for (const name of namespaces) yield* eachFault(`${path}.namespace`, name, dnsLabelFaults(name))
  yield* labelKeyErrors(term, path)
  if (topologyKey === '') yield required(`${path}.topologyKey`, 'can not be empty')
  yield* eachFault(`${path}.topologyKey`, topologyKey, qualifiedNameFaults(topologyKey))
}

function* podAffinityErrors(affinity: PodAffinity, path: string): Iterable<FieldError> {
  for (const [i, term] of (affinity[requiredName] ?? []).entries()) {
    yield* podTermErrors(term, `${path}.${requiredName}[${i}]`)
  }
  for (const [i, { weight, podAffinityTerm }] of (affinity[preferredName] ?? []).entries()) {
    const at = `${path}.${preferredName}[${i}]`
    if (!isWeight(weight)) yield invalid(`${at}.weight`, weight, wrongWeight)
    yield* podTermErrors(podAffinityTerm, `${at}.podAffinityTerm`)
  }
}

/** Faults of the nodes and pods that a pod wants to be near to, or far from. */
export function* affinityErrors(affinity: Affinity | undefined): Iterable<FieldError> {
  if (!affinity) return
  yield* nodeAffinityErrors(affinity)
  if (affinity.podAffinity) yield* podAffinityErrors(affinity.podAffinity, 'spec.affinity.podAffinity')
  if (affinity.podAntiAffinity) {
    yield* podAffinityErrors(affinity.podAntiAffinity, 'spec.affinity.podAntiAffinity')
  }
}
