import type { Access } from '../authorization/contract.ts'
import { refusal } from '../authorization/refusal.ts'
import type { User } from '../chain/filter.ts'
import { type Asking, isAllowed, isConstrained, many, requireAccess } from './asking.ts'
import { checkExtra } from './check-extra.ts'
import { accountOf, nodeOf } from './named-users.ts'
import type { WantedUser } from './wanted-user.ts'

const identityGroup = 'authentication.k8s.io'
const accessTo = ({ requestor, verb }: Asking, group: string, resource: string, name: string): Access => ({
  user: requestor,
  verb,
  isResource: true,
  group,
  version: 'v1',
  namespace: '',
  resource,
  subresource: '',
  name,
  path: '',
})

/** Asks for each part of the wanted user, and gives the user that is then meant. @throws ApiError Forbidden. */
export async function checkUser(asking: Asking, wanted: WantedUser): Promise<User> {
  const groups = await checkName(asking, wanted)
  if (wanted.uid !== '') {
    await requireAccess(asking.authorizer, accessTo(asking, identityGroup, 'uids', wanted.uid))
  }
  await checkGroups(asking, wanted.groups)
  await checkExtra(asking, accessTo(asking, identityGroup, 'userextras', ''), wanted.extra)
  return {
    name: wanted.name,
    groups: withStanding(wanted.name, groups),
    ...(wanted.uid !== '' && { uid: wanted.uid }),
    ...(wanted.extra.size > 0 && { extra: Object.fromEntries(wanted.extra) }),
  }
}

/** Users of a fixed form have fixed groups, unless others are asked for. */
async function checkName(asking: Asking, { name, groups }: WantedUser): Promise<readonly string[]> {
  const access = accessTo(asking, isConstrained(asking) ? identityGroup : '', 'users', name)
  const node = isConstrained(asking) ? nodeOf(name) : undefined
  const account = accountOf(name)
  if (node !== undefined) {
    await requireAccess(asking.authorizer, { ...access, resource: 'nodes', name: node })
    return ['system:nodes']
  }
  if (account === undefined) {
    await requireAccess(asking.authorizer, access)
    return groups
  }
  await requireAccess(asking.authorizer, { ...access, resource: 'serviceaccounts', ...account })
  if (groups.length > 0) return groups
  return ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`]
}

async function checkGroups(asking: Asking, groups: readonly string[]): Promise<void> {
  if (groups.length === 0) return
  const access = accessTo(asking, isConstrained(asking) ? identityGroup : '', 'groups', '')
  if (isConstrained(asking)) {
    if (groups.includes('')) throw refusal(access, 'impersonating the empty string group is not allowed')
    if (groups.includes('system:masters')) {
      const why = 'impersonating the system:masters group is not allowed'
      throw refusal({ ...access, name: 'system:masters' }, why)
    }
    if (groups.length >= many && (await isAllowed(asking, { ...access, name: '*' }))) return
  }
  for (const name of groups) await requireAccess(asking.authorizer, { ...access, name })
}

/** Everybody is either authenticated or not. */
function withStanding(name: string, groups: readonly string[]): readonly string[] {
  const [yes, no] = ['system:authenticated', 'system:unauthenticated']
  const standing = name === 'system:anonymous' ? no : groups.includes(no) ? undefined : yes
  return standing === undefined || groups.includes(standing) ? groups : [...groups, standing]
}
