import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { dnsLabelFaults } from '#schema/name-rules'
import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
} from '../gen/flowcontrol-v1.ts'
import { subjectErrors } from './subject-errors.ts'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']

const alone = (what: string) => `if '*' is present, must not specify other ${what}`

/** The fault of a list that holds more than the star that stands for everything. */
function* starErrors(list: readonly string[], what: string, path: string): Iterable<FieldError> {
  if (list.length > 1 && list.includes('*')) yield invalid(path, list, alone(what))
}

function* verbErrors(list: readonly string[], path: string): Iterable<FieldError> {
  if (list.length === 0) yield required(path, 'verbs must contain at least one value')
  else if (list.includes('*')) yield* starErrors(list, 'verbs', path)
  else if (!list.every((verb) => verbs.includes(verb))) yield notSupported(path, list, verbs)
}

/** The first fault of a path of the server; a star may stand for all that follows a slash. */
function urlFault(url: string): string | undefined {
  if (url === '') return 'must not be empty'
  if (url === '/') return undefined
  if (!url.startsWith('/')) return 'must start with slash'
  if (url.includes(' ')) return 'must not contain white-space'
  if (url.includes('//')) return 'must not contain double slash'
  const stars = url.split('*').length - 1
  const isMisplaced = stars > 1 || (stars === 1 && !url.endsWith('/*'))
  return isMisplaced ? 'wildcard can only do suffix matching' : undefined
}

function* nonResourceErrors(rule: NonResourcePolicyRule, path: string): Iterable<FieldError> {
  yield* verbErrors(rule.verbs, `${path}.verbs`)
  const { nonResourceURLs: urls } = rule
  const at = `${path}.nonResourceURLs`
  if (urls.length === 0) yield required(at, 'nonResourceURLs must contain at least one value')
  else if (urls.includes('*')) yield* starErrors(urls, 'non-resource URLs', at)
  else {
    for (const [i, url] of urls.entries()) {
      const fault = urlFault(url)
      if (fault !== undefined) yield invalid(`${at}[${i}]`, url, fault)
    }
  }
}

const notNamespace = "each member of this list must be '*' or a DNS-1123 label; "

function* namespaceErrors(rule: ResourcePolicyRule, path: string): Iterable<FieldError> {
  const { namespaces = [], clusterScope = false } = rule
  if (namespaces.length === 0 && !clusterScope) {
    const text = 'resource rules that are not cluster scoped must supply at least one namespace'
    yield required(path, text)
  } else if (namespaces.includes('*')) yield* starErrors(namespaces, 'namespaces', path)
  else {
    for (const [i, namespace] of namespaces.entries()) {
      for (const fault of dnsLabelFaults(namespace)) {
        yield invalid(`${path}[${i}]`, namespace, notNamespace + fault)
      }
    }
  }
}

function* resourceErrors(rule: ResourcePolicyRule, path: string): Iterable<FieldError> {
  const { apiGroups, resources } = rule
  yield* verbErrors(rule.verbs, `${path}.verbs`)
  if (apiGroups.length === 0) {
    yield required(`${path}.apiGroups`, 'resource rules must supply at least one api group')
  }
  yield* starErrors(apiGroups, 'api groups', `${path}.apiGroups`)
  if (resources.length === 0) {
    yield required(`${path}.resources`, 'resource rules must supply at least one resource')
  }
  yield* starErrors(resources, 'resources', `${path}.resources`)
  yield* namespaceErrors(rule, `${path}.namespaces`)
}

/** Everything wrong with a rule that says whose requests, and which of them, belong to a flow. */
export function* flowRuleErrors(rule: PolicyRulesWithSubjects, path: string): Iterable<FieldError> {
  const { subjects, resourceRules = [], nonResourceRules = [] } = rule
  if (subjects.length === 0) yield required(`${path}.subjects`, 'subjects must contain at least one value')
  for (const [i, subject] of subjects.entries()) yield* subjectErrors(subject, `${path}.subjects[${i}]`)
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    yield required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')
  }
  for (const [i, one] of resourceRules.entries()) yield* resourceErrors(one, `${path}.resourceRules[${i}]`)
  for (const [i, one] of nonResourceRules.entries()) {
    yield* nonResourceErrors(one, `${path}.nonResourceRules[${i}]`)
  }
}
