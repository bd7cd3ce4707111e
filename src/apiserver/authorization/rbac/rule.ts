import type { PolicyRule } from '#kinds/gen/rbac-v1'
import type { Access } from '../contract.ts'

/** A rule of a role, with nothing left out. */
export type Rule = Readonly<Record<keyof PolicyRule, readonly string[]>>

const none: readonly string[] = []

/** Fills in what a rule leaves out. */
export const ruleOf = (rule: PolicyRule): Rule => ({
  verbs: rule.verbs,
  apiGroups: rule.apiGroups ?? none,
  resources: rule.resources ?? none,
  resourceNames: rule.resourceNames ?? none,
  nonResourceURLs: rule.nonResourceURLs ?? none,
})

const names = (list: readonly string[], wanted: string) => list.includes('*') || list.includes(wanted)

/** Whether a rule alone allows something. */
export function ruleAllows(rule: Rule, access: Access): boolean {
  if (!names(rule.verbs, access.verb)) return false
  if (!access.isResource) return rule.nonResourceURLs.some((url) => urlCovers(url, access.path))
  return (
    names(rule.apiGroups, access.group) &&
    coversResource(rule.resources, access) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(access.name))
  )
}

function coversResource(resources: readonly string[], { resource, subresource }: Access): boolean {
  if (subresource === '') return names(resources, resource)
  return names(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`)
}

/** `/a/*` covers what begins with `/a/`. */
export function urlCovers(url: string, path: string): boolean {
  if (url === '*' || url === path) return true
  return url.endsWith('*') && path.startsWith(withoutStars(url))
}

function withoutStars(url: string): string {
  let end = url.length
  while (url[end - 1] === '*') end--
  return url.slice(0, end)
}
