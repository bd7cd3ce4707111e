import type { Access } from '../authorization/contract.ts'

/** How much of a request is told: nothing, who did what, what was sent too, what was answered too. */
export type AuditLevel = 'None' | 'Metadata' | 'Request' | 'RequestResponse'

/** The moments of a request at which it is told. */
export type AuditStage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic'

/** The levels, from least to most. */
export const auditLevels: readonly AuditLevel[] = ['None', 'Metadata', 'Request', 'RequestResponse']

/** The stages, in their order. */
export const auditStages: readonly AuditStage[] = [
  'RequestReceived',
  'ResponseStarted',
  'ResponseComplete',
  'Panic',
]

/** Resources of one API group, and which of their objects; no resources mean all, no names mean all. */
export interface AuditedResources {
  readonly group: string
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
}

/** One rule of a policy: the first that fits a request counts. An empty list narrows nothing. */
export interface AuditRule {
  readonly level: AuditLevel
  readonly users: readonly string[]
  readonly userGroups: readonly string[]
  readonly verbs: readonly string[]
  readonly resources: readonly AuditedResources[]
  readonly namespaces: readonly string[]
  readonly nonResourceURLs: readonly string[]
  readonly omitStages: readonly AuditStage[]
  /** Absent: as the policy says. */
  readonly omitManagedFields?: boolean
}

/** audit.k8s.io/v1 Policy. */
export interface AuditPolicy {
  readonly rules: readonly AuditRule[]
  readonly omitStages: readonly AuditStage[]
  readonly omitManagedFields: boolean
}

/** What a policy wants to be told of a request. */
export interface AuditScope {
  readonly level: AuditLevel
  readonly omitStages: readonly AuditStage[]
  readonly omitManagedFields: boolean
}

const nothing: AuditScope = { level: 'None', omitStages: [], omitManagedFields: false }

/** What is to be told of a request; nothing where no rule fits. Nobody has asked where `user` is undefined. */
export function scopeOf(policy: AuditPolicy, access: Omit<Access, 'user'> & Partial<Access>): AuditScope {
  const rule = policy.rules.find((one) => fits(one, access))
  if (rule === undefined || rule.level === 'None') return nothing
  return {
    level: rule.level,
    omitStages: [...policy.omitStages, ...rule.omitStages],
    omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields,
  }
}

type Asked = Parameters<typeof scopeOf>[1]

function fits(rule: AuditRule, { user, verb, ...access }: Asked): boolean {
  const narrows = (list: readonly string[], has: (one: string) => boolean) =>
    list.length > 0 && !list.some(has)
  if (narrows(rule.users, (name) => name === user?.name)) return false
  if (narrows(rule.userGroups, (group) => user?.groups.includes(group) === true)) return false
  if (narrows(rule.verbs, (one) => one === verb)) return false
  if (rule.namespaces.length > 0 || rule.resources.length > 0) return fitsResource(rule, { verb, ...access })
  if (rule.nonResourceURLs.length > 0)
    return !access.isResource && rule.nonResourceURLs.some((url) => fitsPath(url, access.path))
  return true
}

function fitsPath(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true
  return pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1))
}

function fitsResource(rule: AuditRule, access: Asked): boolean {
  if (!access.isResource) return false
  if (rule.namespaces.length > 0 && !rule.namespaces.includes(access.namespace)) return false
  if (rule.resources.length === 0) return true
  return rule.resources.some((one) => one.group === access.group && isAmong(one, access))
}

function isAmong({ resources, resourceNames }: AuditedResources, access: Asked): boolean {
  if (resources.length === 0) return true
  const { resource, subresource, name } = access
  const whole = subresource === '' ? resource : `${resource}/${subresource}`
  const patterns = ['*', whole, ...(subresource === '' ? [] : [`*/${subresource}`]), `${resource}/*`]
  const isNamed = resourceNames.length === 0 || resourceNames.includes(name)
  return isNamed && resources.some((one) => patterns.includes(one))
}
