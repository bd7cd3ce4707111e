import { defineKind, type Rules } from '../define.ts'
import type { Role as RoleObject } from '../gen/rbac-v1.ts'
import { resources } from '../gen/resources.ts'
import { policyRuleErrors } from './policy-rule-errors.ts'

const rules: Rules<RoleObject> = {
  validate: ({ rules = [] }) => policyRuleErrors(rules, true),
}

/** Role: what may be done in one namespace. */
export const role = defineKind<RoleObject>(resources['rbac.authorization.k8s.io/v1/roles'], {
  grants: ({ rules = [] }) => ({ rules, gathers: false }),
  rules,
})
