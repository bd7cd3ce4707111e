import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import type { RuleWithOperations } from '../gen/admissionregistration-v1.ts'

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const scopes = ['*', 'Cluster', 'Namespaced']

/** A list that must have items, and of which a star must be the only one. */
function* starredErrors(values: readonly string[], path: string, what: string): Iterable<FieldError> {
  if (values.length === 0) yield required(path)
  if (values.length > 1 && values.includes('*')) {
    yield invalid(path, values, `if '*' is present, must not specify other ${what}`)
  }
}

/** Each of `pods`, `pods/status`, `pods/*`, `*\/scale`; what a star covers must not be named again. */
function* resourceErrors(resources: readonly string[], path: string): Iterable<FieldError> {
  if (resources.length === 0) yield required(path)
  const wholly = new Set<string>()
  const everywhere = new Set<string>()
  let last: string | undefined
  for (const [i, one] of resources.entries()) {
    if (one === '') {
      yield required(`${path}[${i}]`)
      continue
    }
    const slash = one.indexOf('/')
    if (slash < 0) {
      last = one
      continue
    }
    const [resource, sub] = [one.slice(0, slash), one.slice(slash + 1)]
    if (wholly.has(resource)) {
      yield invalid(`${path}[${i}]`, one, `if '${resource}/*' is present, must not specify ${one}`)
    }
    if (everywhere.has(sub)) {
      yield invalid(`${path}[${i}]`, one, `if '*/${sub}' is present, must not specify ${one}`)
    }
    if (sub === '*') wholly.add(resource)
    if (resource === '*') everywhere.add(sub)
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    yield invalid(path, resources, "if '*/*' is present, must not specify other resources")
  }
  // Upstream looks at the last resource without a part alone.
  if (resources.includes('*') && last !== '*') {
    const text = "if '*' is present, must not specify other resources without subresources"
    yield invalid(path, resources, text)
  }
}

/** Everything wrong with the requests that a rule is about. */
export function* operationRuleErrors(rule: RuleWithOperations, path: string): Iterable<FieldError> {
  yield* starredErrors(rule.operations ?? [], `${path}.operations`, 'operations')
  for (const [i, one] of (rule.operations ?? []).entries()) {
    if (!operations.includes(one)) yield notSupported(`${path}.operations[${i}]`, one, operations)
  }
  const { apiGroups = [], apiVersions = [], resources = [], scope } = rule
  yield* starredErrors(apiGroups, `${path}.apiGroups`, 'API groups')
  yield* starredErrors(apiVersions, `${path}.apiVersions`, 'API versions')
  for (const [i, version] of apiVersions.entries()) {
    if (version === '') yield required(`${path}.apiVersions[${i}]`)
  }
  yield* resourceErrors(resources, `${path}.resources`)
  if (scope !== undefined && !scopes.includes(scope)) yield notSupported(`${path}.scope`, scope, scopes)
}
