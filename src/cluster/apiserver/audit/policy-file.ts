import {
  type AuditLevel,
  auditLevels,
  type AuditPolicy,
  type AuditRule,
  type AuditStage,
  auditStages,
  parseYaml,
} from '#apiserver'
import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { subdomainFaults } from '#schema/name-rules'
import { type Members, unknownFields } from '../admission/members.ts'

const version = 'audit.k8s.io/v1'
const ruleFields = [
  'level',
  'users',
  'userGroups',
  'verbs',
  'resources',
  'namespaces',
  'nonResourceURLs',
  'omitStages',
  'omitManagedFields',
]

/** Reads a Policy of audit.k8s.io/v1. @throws Error with everything that is wrong with it. */
export function readAuditPolicy(path: string, text: string): AuditPolicy {
  const fail = (why: string): never => {
    throw new Error(`failed to load audit policy from file ${JSON.stringify(path)}: ${why}`)
  }
  const config = (parseYaml(text) ?? {}) as Members
  if (config['kind'] !== 'Policy' || config['apiVersion'] !== version) fail(`it is no Policy of ${version}`)
  if (listOf(config['rules']).length === 0) fail('loaded illegal policy with 0 rules')
  const errors = [...policyErrors(config)]
  if (errors.length > 0) fail(errors.map((error) => `${error.path}: ${error.body}`).join(', '))
  return {
    rules: listOf<Members>(config['rules']).map(ruleOf),
    omitStages: listOf(config['omitStages']),
    omitManagedFields: config['omitManagedFields'] === true,
  }
}

const listOf = <T = never>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : [])

function ruleOf(rule: Members): AuditRule {
  const resources = listOf<Members>(rule['resources']).map((one) => ({
    group: (one['group'] ?? '') as string,
    resources: listOf<string>(one['resources']),
    resourceNames: listOf<string>(one['resourceNames']),
  }))
  return {
    level: rule['level'] as AuditLevel,
    users: listOf(rule['users']),
    userGroups: listOf(rule['userGroups']),
    verbs: listOf(rule['verbs']),
    resources,
    namespaces: listOf(rule['namespaces']),
    nonResourceURLs: listOf(rule['nonResourceURLs']),
    omitStages: listOf<AuditStage>(rule['omitStages']),
    ...(typeof rule['omitManagedFields'] === 'boolean' && { omitManagedFields: rule['omitManagedFields'] }),
  }
}

function* policyErrors(config: Members): Iterable<FieldError> {
  yield* unknownFields(
    config,
    ['kind', 'apiVersion', 'metadata', 'rules', 'omitStages', 'omitManagedFields'],
    '',
  )
  yield* stageErrors(config, 'omitStages')
  for (const [i, rule] of listOf<Members>(config['rules']).entries()) yield* ruleErrors(rule, `rules[${i}]`)
}

function* ruleErrors(rule: Members, path: string): Iterable<FieldError> {
  yield* unknownFields(rule, ruleFields, path)
  const { level } = rule
  if (level === undefined || level === '') yield required(`${path}.level`)
  else if (!auditLevels.includes(level as AuditLevel)) yield notSupported(`${path}.level`, level, auditLevels)
  for (const name of ['users', 'userGroups', 'verbs', 'namespaces'])
    yield* textErrors(rule[name], `${path}.${name}`)
  yield* pathErrors(rule, `${path}.nonResourceURLs`)
  for (const [i, group] of listOf<Members>(rule['resources']).entries())
    yield* resourceErrors(group, `${path}.resources[${i}]`)
  yield* stageErrors(rule, `${path}.omitStages`)
}

function* textErrors(value: unknown, path: string): Iterable<FieldError> {
  if (value !== undefined && !Array.isArray(value)) yield invalid(path, value, 'it takes a list of texts')
  for (const [i, one] of listOf<unknown>(value).entries())
    if (typeof one !== 'string') yield invalid(`${path}[${i}]`, one, 'it takes a text')
}

function* pathErrors(rule: Members, path: string): Iterable<FieldError> {
  const urls = listOf<string>(rule['nonResourceURLs'])
  yield* textErrors(rule['nonResourceURLs'], path)
  if (urls.length > 0 && (listOf(rule['resources']).length > 0 || listOf(rule['namespaces']).length > 0))
    yield invalid(path, urls, 'rules cannot apply to both regular resources and non-resource URLs')
  for (const [i, url] of urls.entries()) {
    if (url === '*') continue
    if (!url.startsWith('/'))
      yield invalid(`${path}[${i}]`, url, "non-resource URL rules must begin with a '/' character")
    if (url.slice(0, -1).includes('*'))
      yield invalid(
        `${path}[${i}]`,
        url,
        "non-resource URL wildcards '*' must be the final character of the rule",
      )
  }
}

function* resourceErrors(one: Members, path: string): Iterable<FieldError> {
  yield* unknownFields(one, ['group', 'resources', 'resourceNames'], path)
  const { group = '' } = one
  if (typeof group !== 'string') yield invalid(`${path}.group`, group, 'it takes a text')
  else if (group !== '')
    for (const fault of subdomainFaults(group)) yield invalid(`${path}.group`, group, fault)
  yield* textErrors(one['resources'], `${path}.resources`)
  yield* textErrors(one['resourceNames'], `${path}.resourceNames`)
  if (listOf(one['resourceNames']).length > 0 && listOf(one['resources']).length === 0)
    yield invalid(
      `${path}.resourceNames`,
      one['resourceNames'],
      'using resourceNames requires at least one resource',
    )
}

function* stageErrors(one: Members, path: string): Iterable<FieldError> {
  for (const [i, stage] of listOf<unknown>(one['omitStages']).entries())
    if (!auditStages.includes(stage as AuditStage)) yield notSupported(`${path}[${i}]`, stage, auditStages)
}
