import { duplicate, type FieldError, invalid, notSupported, required, tooMany } from '#base/field-error'
import { pathSegmentFaults, qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type {
  MatchCondition,
  MatchResources,
  NamedRuleWithOperations,
} from '../gen/admissionregistration-v1.ts'
import { selectorErrors } from '../selector-errors.ts'
import { operationRuleErrors } from './operation-rule-errors.ts'

const conditionsMax = 64

/** How rules match objects that are served in several versions. */
export const matchPolicies = ['Equivalent', 'Exact']

/** Everything wrong with the expressions that a request must meet. */
export function* matchConditionErrors(all: readonly MatchCondition[], path: string): Iterable<FieldError> {
  if (all.length > conditionsMax) yield tooMany(path, all.length, conditionsMax)
  const names = all.map(({ name }) => name)
  for (const [i, { name, expression }] of all.entries()) {
    if (expression.trim() === '') yield required(`${path}[${i}].expression`)
    if (name === '') yield required(`${path}[${i}].name`)
    else {
      yield* eachFault(`${path}[${i}].name`, name, qualifiedNameFaults(name))
      if (names.indexOf(name) < i) yield duplicate(`${path}[${i}].name`, name)
    }
  }
}

function* namedRuleErrors(rule: NamedRuleWithOperations, path: string): Iterable<FieldError> {
  const { resourceNames = [] } = rule
  for (const [i, name] of resourceNames.entries()) {
    for (const fault of pathSegmentFaults(name)) yield invalid(`${path}.resourceNames[${i}]`, name, fault)
    if (resourceNames.indexOf(name) < i) yield duplicate(`${path}.resourceNames[${i}]`, name)
  }
  yield* operationRuleErrors(rule, path)
}

/** Everything wrong with what a policy is about. */
export function* matchResourceErrors(match: MatchResources, path: string): Iterable<FieldError> {
  const { matchPolicy, resourceRules = [], excludeResourceRules = [] } = match
  if (matchPolicy === undefined) yield required(`${path}.matchPolicy`)
  else if (!matchPolicies.includes(matchPolicy)) {
    yield notSupported(`${path}.matchPolicy`, matchPolicy, matchPolicies)
  }
  for (const name of ['namespaceSelector', 'objectSelector'] as const) {
    if (match[name] === undefined) yield required(`${path}.${name}`)
    else yield* selectorErrors(match[name], `${path}.${name}`)
  }
  for (const [i, rule] of resourceRules.entries()) yield* namedRuleErrors(rule, `${path}.resourceRules[${i}]`)
  for (const [i, rule] of excludeResourceRules.entries()) {
    yield* namedRuleErrors(rule, `${path}.excludeResourceRules[${i}]`)
  }
}
