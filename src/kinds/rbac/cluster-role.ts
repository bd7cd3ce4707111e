import { type FieldError, invalid, required } from '#base/field-error'
import { defineKind, type Rules } from '../define.ts'
import type { AggregationRule, ClusterRole as ClusterRoleObject } from '../gen/rbac-v1.ts'
import { resources } from '../gen/resources.ts'
import { selectorErrors } from '../selector-errors.ts'
import { isReadableSelector } from '../selector-text.ts'
import { policyRuleErrors } from './policy-rule-errors.ts'

function* aggregationErrors({ clusterRoleSelectors = [] }: AggregationRule): Iterable<FieldError> {
  const path = 'aggregationRule.clusterRoleSelectors'
  if (clusterRoleSelectors.length === 0) {
    yield required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')
  }
  for (const [i, selector] of clusterRoleSelectors.entries()) {
    yield* selectorErrors(selector, `${path}[${i}]`)
    // Upstream shows what it could not read: nothing.
    if (!isReadableSelector(selector)) yield invalid(`${path}[${i}]`, null, 'invalid label selector.')
  }
}

const rules: Rules<ClusterRoleObject> = {
  *validate({ rules = [], aggregationRule }) {
    yield* policyRuleErrors(rules, false)
    if (aggregationRule) yield* aggregationErrors(aggregationRule)
  },
}

/** ClusterRole: what may be done in the whole cluster, or in each namespace that binds it. */
export const clusterRole = defineKind<ClusterRoleObject>(
  resources['rbac.authorization.k8s.io/v1/clusterroles'],
  {
    grants: ({ rules = [], aggregationRule }) => ({ rules, gathers: aggregationRule !== undefined }),
    rules,
  },
)
