import { aggregateText } from '../aggregate-text.ts'
import type { Access, Authorizer, Verdict } from '../contract.ts'
import type { BoundRole } from './bound-roles.ts'
import { missingText, type Policy } from './policy.ts'
import { type Rule, ruleAllows } from './rule.ts'

/** Allows what the roles of somebody allow. It never forbids: another authorizer may allow more. */
export const rbacAuthorizer = (policy: Policy): Authorizer => ({
  authorize: (access) => decide(policy, access),
  rulesFor(user, namespace) {
    const { rules, errors } = policy.ownedBy(user, namespace)
    return {
      resourceRules: rules.filter(({ resources }) => resources.length > 0).map(resourceRule),
      nonResourceRules: rules
        .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: false,
      errors: errors.length === 0 ? [] : [aggregateText(errors)],
    }
  },
})

function decide(policy: Policy, access: Access): Verdict {
  let reason = ''
  const missing: string[] = []
  policy.visit(access.user, access.namespace, (bound, rules) => {
    if (rules === undefined) missing.push(missingText(bound.roleRef))
    else if (anyAllows(rules, access)) reason = `RBAC: allowed by ${bindingText(bound)}`
    return reason === ''
  })
  if (reason !== '') return { decision: 'allow', reason }
  return { decision: 'none', reason: missing.length === 0 ? '' : `RBAC: ${aggregateText(missing)}` }
}

function anyAllows(rules: readonly Rule[], access: Access): boolean {
  for (const rule of rules) if (ruleAllows(rule, access)) return true
  return false
}

function bindingText({ name, namespace, roleRef, subject }: BoundRole): string {
  const binding =
    namespace === ''
      ? `ClusterRoleBinding ${JSON.stringify(name)}`
      : `RoleBinding ${JSON.stringify(`${name}/${namespace}`)}`
  const home = (subject.namespace ?? '') === '' ? namespace : subject.namespace
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${home}` : subject.name
  const role = `${roleRef.kind} ${JSON.stringify(roleRef.name)}`
  return `${binding} of ${role} to ${subject.kind} ${JSON.stringify(who)}`
}

const resourceRule = ({ verbs, apiGroups, resources, resourceNames }: Rule) => ({
  verbs,
  apiGroups,
  resources,
  ...(resourceNames.length > 0 && { resourceNames }),
})
