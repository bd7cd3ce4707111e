import { compareBytes } from '#base/byte-order'
import { type FieldError, invalid, required } from '#base/field-error'
import type { ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../gen/core-v1.ts'
import { internalForm } from '../internal-form.ts'
import { fitsScope, isQuotaResource } from './quota-resources.ts'

/** Scopes that objects are in or not, whatever the values. */
const plainScopes = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
]
const scopes = new Set([...plainScopes, 'PriorityClass', 'VolumeAttributesClass'])
const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const

/** One for each resource of the quota that a scope has nothing of. */
const misfits = (scope: string, { hard = {} }: ResourceQuotaSpec): string[] =>
  Object.keys(hard)
    .sort(compareBytes)
    .filter((name) => isQuotaResource(name) && !fitsScope(scope, name))

function* conflictErrors(
  has: readonly string[],
  spec: ResourceQuotaSpec,
  path: string,
): Iterable<FieldError> {
  for (const pair of opposites) {
    if (pair.every((scope) => has.includes(scope))) yield invalid(path, spec.scopes, 'conflicting scopes')
  }
}

/** Faults of the scopes that a quota is limited to. */
export function* scopeErrors(spec: ResourceQuotaSpec): Iterable<FieldError> {
  const path = 'spec.scopes'
  const has = spec.scopes ?? []
  for (const scope of has) {
    if (!scopes.has(scope)) yield invalid(path, has, 'unsupported scope')
    for (const _name of misfits(scope, spec))
      yield invalid(path, has, 'unsupported scope applied to resource')
  }
  yield* conflictErrors(has, spec, path)
}

const mustExist =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"

function* operatorErrors(
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  path: string,
): Iterable<FieldError> {
  if (plainScopes.includes(scopeName) && operator !== 'Exists') {
    yield invalid(`${path}.operator`, operator, mustExist)
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return
    const text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
    yield required(`${path}.values`, text)
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length === 0) return
    const text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
    yield invalid(`${path}.values`, values, text)
  } else yield invalid(`${path}.operator`, operator, 'not a valid selector operator')
}

/** Faults of the selector of scopes, which upstream tells without saying of which expression. */
export function* selectorErrors(spec: ResourceQuotaSpec): Iterable<FieldError> {
  const { scopeSelector } = spec
  if (!scopeSelector) return
  const path = 'spec.scopeSelector.matchExpressions'
  const asked = scopeSelector.matchExpressions ?? []
  for (const one of asked) {
    const { scopeName } = one
    if (!scopes.has(scopeName)) yield invalid(`${path}.scopeName`, scopeName, 'unsupported scope')
    for (const _name of misfits(scopeName, spec)) {
      const shown = internalForm('io.k8s.api.core.v1.ScopeSelector', scopeSelector)
      yield invalid(path, shown, 'unsupported scope applied to resource')
    }
    yield* operatorErrors(one, path)
  }
  const names = asked.map(({ scopeName }) => scopeName)
  yield* conflictErrors(names, spec, path)
}
