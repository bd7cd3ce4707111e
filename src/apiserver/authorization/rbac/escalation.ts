import { forbidden, notFound } from '#base/errors'
import type { PolicyRule, RoleRef } from '#kinds/gen/rbac-v1'
import { equal } from '#schema/equal'
import type { KubeObject } from '#schema/object'
import type { Call } from '../../call.ts'
import type { User } from '../../chain/filter.ts'
import { aggregateText } from '../aggregate-text.ts'
import { privilegedGroup } from '../always.ts'
import type { Access } from '../contract.ts'
import { uncovered } from './cover.ts'
import { rbacGroup } from './policy.ts'
import { quotedList, rulesText } from './rule-text.ts'
import { type Rule, ruleOf } from './rule.ts'

const everything: readonly Rule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
].map((rule) => ruleOf(rule as PolicyRule))

/** Nobody gives rights that they do not have, unless they may do just that. @throws ApiError Forbidden. */
export async function refuseEscalation(call: Call, object: KubeObject, old?: KubeObject): Promise<void> {
  const { kind, user } = call
  const grant = kind.grants?.(object)
  if (grant === undefined || user === undefined || user.groups.includes(privilegedGroup)) return
  if (old !== undefined && isForCollector(object, old)) return
  const name = object.metadata.name ?? ''
  if ('role' in grant) return refuseBinding(call, user, name, grant.role)
  if (await isAllowed(call, escalateAccess(call, user))) return
  refuseMissing(call, user, name, grant.rules.map(ruleOf))
  const was = old && kind.grants?.(old)
  if ((grant.gathers || (was && 'rules' in was && was.gathers)) && !ownsAll(call, user, everything)) {
    const why = 'must have cluster-admin privileges to use the aggregationRule'
    throw forbidden(call.resource.ref, name, why)
  }
}

async function refuseBinding(call: Call, user: User, name: string, role: RoleRef): Promise<void> {
  if (await isAllowed(call, bindAccess(call, user, role))) return
  const rules = call.core.policy.rulesOf(role, call.info.namespace)
  const resource = pluralOf(role)
  if (rules === undefined) throw notFound({ group: rbacGroup, resource }, role.name)
  refuseMissing(call, user, name, rules)
}

/** Also true where only what the garbage collector needs is changed. */
function isForCollector(next: KubeObject, old: KubeObject): boolean {
  const { ownerReferences: _, finalizers: __, managedFields: ___, ...was } = old.metadata
  const { ownerReferences: _a, finalizers: _b, managedFields: _c, ...is } = next.metadata
  return equal({ ...next, metadata: is }, { ...old, metadata: was })
}

const ownedBy = ({ core, info }: Call, user: User) => core.policy.ownedBy(user, info.namespace)

const ownsAll = (call: Call, user: User, wanted: readonly Rule[]) =>
  uncovered(ownedBy(call, user).rules, wanted).length === 0

function refuseMissing(call: Call, user: User, name: string, wanted: readonly Rule[]): void {
  const { rules, errors } = ownedBy(call, user)
  const missing = uncovered(rules, wanted)
  if (missing.length === 0) return
  const who = `user ${JSON.stringify(user.name)} (groups=${quotedList(user.groups)})`
  const what = `is attempting to grant RBAC permissions not currently held:\n${rulesText(missing)}`
  const unknown = errors.length === 0 ? '' : `; resolution errors: [${aggregateText(errors)}]`
  throw forbidden(call.resource.ref, name, `${who} ${what}${unknown}`)
}

async function isAllowed({ core }: Call, access: Access): Promise<boolean> {
  return (await core.authorizer.authorize(access)).decision === 'allow'
}

const onResource = { isResource: true, version: '*', subresource: '', path: '' } as const

const escalateAccess = ({ kind, info }: Call, user: User): Access => ({
  ...onResource,
  user,
  verb: 'escalate',
  group: kind.group,
  namespace: info.namespace,
  resource: kind.plural,
  name: info.name,
})

const bindAccess = ({ info }: Call, user: User, role: RoleRef): Access => ({
  ...onResource,
  user,
  verb: 'bind',
  group: role.apiGroup ?? '',
  version: '',
  namespace: info.namespace,
  resource: pluralOf(role),
  name: role.name,
})

const pluralOf = ({ kind }: RoleRef) => `${kind.toLowerCase()}s`
