import type { AggregationRule, PolicyRule, RoleRef, Subject } from '#kinds/gen/rbac-v1'
import { equal } from '#schema/equal'
import type { KubeObject } from '#schema/object'
import { uncovered } from '../rbac/cover.ts'
import { ruleOf } from '../rbac/rule.ts'
import { autoUpdate } from './wanted.ts'

/** A role or a binding, as far as both are seen to. */
type Kept = KubeObject & {
  rules?: PolicyRule[]
  aggregationRule?: AggregationRule
  roleRef?: RoleRef
  subjects?: Subject[]
}

/** What a stored object should become: itself where nothing is missing; undefined where only a new one will do. */
export function reconciled(stored: KubeObject, expected: KubeObject): KubeObject | undefined {
  const old = stored as Kept
  const wanted = expected as Kept
  if (old.metadata.annotations?.[autoUpdate] === 'false') return old
  if (!equal(old.roleRef, wanted.roleRef)) return undefined
  return {
    ...old,
    metadata: withMarks(old.metadata, wanted.metadata),
    ...withRules(old, wanted),
    ...withSubjects(old, wanted),
  }
}

/** What the object says of itself counts more than what is wanted. */
const withMarks = (old: KubeObject['metadata'], wanted: KubeObject['metadata']) => ({
  ...old,
  labels: { ...wanted.labels, ...old.labels },
  annotations: { ...wanted.annotations, ...old.annotations },
})

/** Rules are added where rights are missing and never taken away; those that a role gathers are not looked at. */
function withRules(old: Kept, wanted: Kept): Partial<Kept> {
  if (wanted.aggregationRule) {
    const selectors = old.aggregationRule?.clusterRoleSelectors ?? []
    const missing = (wanted.aggregationRule.clusterRoleSelectors ?? []).filter(
      (one) => !selectors.some((other) => equal(one, other)),
    )
    if (missing.length === 0) return {}
    return { aggregationRule: { clusterRoleSelectors: [...selectors, ...missing] } }
  }
  const rules = old.rules ?? []
  const missing = uncovered(rules.map(ruleOf), (wanted.rules ?? []).map(ruleOf)).map(sparse)
  return missing.length === 0 ? {} : { rules: [...rules, ...missing] }
}

/** A rule without its empty lists. */
const sparse = (rule: object): PolicyRule =>
  Object.fromEntries(Object.entries(rule).filter(([, list]) => (list as string[]).length > 0)) as {
    verbs: string[]
  }

function withSubjects(old: Kept, wanted: Kept): Partial<Kept> {
  const subjects = old.subjects ?? []
  const missing = (wanted.subjects ?? []).filter((one) => !subjects.some((other) => equal(one, other)))
  return missing.length === 0 ? {} : { subjects: [...subjects, ...missing] }
}
