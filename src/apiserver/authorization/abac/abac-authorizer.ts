import type { User } from '../../chain/filter.ts'
import { type Access, type Authorizer, noRules, type Verdict } from '../contract.ts'
import { urlCovers } from '../rbac/rule.ts'
import type { AbacPolicy } from './policy-file.ts'

const readVerbs = ['get', 'list', 'watch']
const allowed: Verdict = { decision: 'allow', reason: '' }
const unmatched: Verdict = { decision: 'none', reason: 'No policy matched.' }

/** Allows what one of the policies of a file allows. */
export const abacAuthorizer = (policies: readonly AbacPolicy[]): Authorizer => ({
  authorize: (access) => (policies.some((policy) => allows(policy, access)) ? allowed : unmatched),
  rulesFor(user, namespace) {
    const own = policies.filter(
      (policy) => isMeant(policy, user) && (policy.namespace === '*' || policy.namespace === namespace),
    )
    return {
      ...noRules,
      resourceRules: own
        .filter(({ resource }) => resource !== '')
        .map((one) => ({ verbs: verbsOf(one), apiGroups: [one.apiGroup], resources: [one.resource] })),
      nonResourceRules: own
        .filter(({ nonResourcePath }) => nonResourcePath !== '')
        .map((one) => ({ verbs: verbsOf(one), nonResourceURLs: [one.nonResourcePath] })),
    }
  },
})

const verbsOf = ({ readonly }: AbacPolicy) => (readonly ? readVerbs : ['*'])

const fits = (pattern: string, value: string) => pattern === '*' || pattern === value

function isMeant({ user, group }: AbacPolicy, asker: User): boolean {
  if (user === '' && group === '') return false
  return (
    (user === '' || fits(user, asker.name)) && (group === '' || group === '*' || asker.groups.includes(group))
  )
}

function allows(policy: AbacPolicy, access: Access): boolean {
  if (!isMeant(policy, access.user)) return false
  if (policy.readonly && !readVerbs.includes(access.verb)) return false
  if (!access.isResource)
    return policy.nonResourcePath !== '' && urlCovers(policy.nonResourcePath, access.path)
  return (
    fits(policy.namespace, access.namespace) &&
    fits(policy.resource, access.resource) &&
    fits(policy.apiGroup, access.group)
  )
}
