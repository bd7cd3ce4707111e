import { type Rule, urlCovers } from './rule.ts'

const nothing: readonly string[] = []

/** The parts of rules, each of one verb on one resource or path, that others do not cover. */
export function uncovered(owned: readonly Rule[], wanted: readonly Rule[]): Rule[] {
  return wanted.flatMap(partsOf).filter((part) => !owned.some((rule) => covers(rule, part)))
}

/** A rule cut into rules of one verb on one thing each. */
function partsOf(rule: Rule): Rule[] {
  const namesOf = rule.resourceNames.length === 0 ? [nothing] : rule.resourceNames.map((name) => [name])
  const ofResources = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        namesOf.map((resourceNames) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          resourceNames,
          nonResourceURLs: nothing,
        })),
      ),
    ),
  )
  const ofPaths = rule.nonResourceURLs.flatMap((url) =>
    rule.verbs.map((verb) => ({
      verbs: [verb],
      apiGroups: nothing,
      resources: nothing,
      resourceNames: nothing,
      nonResourceURLs: [url],
    })),
  )
  return [...ofResources, ...ofPaths]
}

const hasAll = (owned: readonly string[], wanted: readonly string[]) =>
  wanted.every((one) => owned.includes(one))

const hasAllOrStar = (owned: readonly string[], wanted: readonly string[]) =>
  owned.includes('*') || hasAll(owned, wanted)

function covers(rule: Rule, part: Rule): boolean {
  return (
    hasAllOrStar(rule.verbs, part.verbs) &&
    hasAllOrStar(rule.apiGroups, part.apiGroups) &&
    coversResources(rule.resources, part.resources) &&
    part.nonResourceURLs.every((url) => rule.nonResourceURLs.some((owned) => urlCovers(owned, url))) &&
    coversNames(rule.resourceNames, part.resourceNames)
  )
}

function coversResources(owned: readonly string[], wanted: readonly string[]): boolean {
  if (hasAllOrStar(owned, wanted)) return true
  return wanted.every((one) => {
    if (owned.includes(one)) return true
    const slash = one.indexOf('/')
    return slash >= 0 && owned.includes(`*${one.slice(slash)}`)
  })
}

/** Rights on some objects do not cover those on all. */
const coversNames = (owned: readonly string[], wanted: readonly string[]) =>
  owned.length === 0 || (wanted.length > 0 && hasAll(owned, wanted))
