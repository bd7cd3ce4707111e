import { type FieldError, invalid, required } from '#base/field-error'
import type { PolicyRule } from '../gen/rbac-v1.ts'

function* urlErrors(rule: PolicyRule, isNamespaced: boolean, path: string): Iterable<FieldError> {
  const { nonResourceURLs: urls, apiGroups = [], resources = [], resourceNames = [] } = rule
  if (isNamespaced) yield invalid(path, urls, 'namespaced rules cannot apply to non-resource URLs')
  if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
    yield invalid(path, urls, 'rules cannot apply to both regular resources and non-resource URLs')
  }
}

/** Faults of the rules of a role: each allows verbs on resources or on paths of the server, never on both. */
export function* policyRuleErrors(rules: readonly PolicyRule[], isNamespaced: boolean): Iterable<FieldError> {
  for (const [i, rule] of rules.entries()) {
    const path = `rules[${i}]`
    const { verbs, apiGroups = [], resources = [], nonResourceURLs = [] } = rule
    if (verbs.length === 0) yield required(`${path}.verbs`, 'verbs must contain at least one value')
    if (nonResourceURLs.length > 0) {
      yield* urlErrors(rule, isNamespaced, `${path}.nonResourceURLs`)
      continue
    }
    if (apiGroups.length === 0) {
      yield required(`${path}.apiGroups`, 'resource rules must supply at least one api group')
    }
    if (resources.length === 0) {
      yield required(`${path}.resources`, 'resource rules must supply at least one resource')
    }
  }
}
