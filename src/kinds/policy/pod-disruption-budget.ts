import { type FieldError, invalid, notSupported } from '#base/field-error'
import { conditionErrors } from '../condition-errors.ts'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { PodDisruptionBudget as BudgetObject, PodDisruptionBudgetSpec } from '../gen/policy-v1.ts'
import { resources } from '../gen/resources.ts'
import { intOrPercentErrors, moreThanAllErrors } from '../int-or-percent.ts'
import { internalForm } from '../internal-form.ts'
import { selectorErrors } from '../selector-errors.ts'
import { specStatus } from '../spec-status.ts'

const limits = ['minAvailable', 'maxUnavailable'] as const
const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget']
const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const

function* specErrors(spec: PodDisruptionBudgetSpec): Iterable<FieldError> {
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    const shown = internalForm('io.k8s.api.policy.v1.PodDisruptionBudgetSpec', spec)
    yield invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set')
  }
  for (const name of limits) {
    const limit = spec[name]
    if (limit === undefined) continue
    yield* intOrPercentErrors(limit, `spec.${name}`)
    yield* moreThanAllErrors(limit, `spec.${name}`)
  }
  yield* selectorErrors(spec.selector, 'spec.selector')
  const { unhealthyPodEvictionPolicy: policy } = spec
  if (policy !== undefined && !evictionPolicies.includes(policy)) {
    yield notSupported('spec.unhealthyPodEvictionPolicy', policy, evictionPolicies)
  }
}

function* statusErrors({ status = {} }: BudgetObject): Iterable<FieldError> {
  yield* conditionErrors(status.conditions ?? [], 'status.conditions')
  for (const name of counts) {
    const count = status[name] ?? 0
    if (count < 0) yield invalid(`status.${name}`, count, 'must be greater than or equal to 0')
  }
}

const rules: Rules<BudgetObject> = {
  ...specStatus<BudgetObject>({ newStatus: () => ({}), hasGeneration: true }),
  validate(budget, { subresource }) {
    return subresource === 'status' ? statusErrors(budget) : specErrors(budget.spec ?? {})
  },
}

const cells: Record<string, Cell<BudgetObject>> = {
  'Min Available': ({ spec }) => String(spec?.minAvailable ?? 'N/A'),
  'Max Unavailable': ({ spec }) => String(spec?.maxUnavailable ?? 'N/A'),
}

/** PodDisruptionBudget: how many of its pods may be evicted at the same time. */
export const podDisruptionBudget = defineKind<BudgetObject>(resources['policy/v1/poddisruptionbudgets'], {
  cells,
  rules,
})
