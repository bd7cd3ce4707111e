import { isApiError } from '#base/errors'
import type { Access, Authorizer } from '../authorization/contract.ts'
import type { User } from '../chain/filter.ts'
import { requireAccess } from './asking.ts'
import { checkUser } from './check-user.ts'
import { accountOf, nodeOf } from './named-users.ts'
import type { WantedUser } from './wanted-user.ts'

/** One way to be taken for another: whom it is for, and whether it goes. Without a name, it is the old way. */
interface Mode {
  readonly name: string
  fits(wanted: WantedUser, requestor: User): boolean
  /** What is asked in place of an access. */
  readonly asks?: (access: Access) => Access
}

const nodeNameKey = 'authentication.kubernetes.io/node-name'

const isNameOnly = ({ uid, groups, extra }: WantedUser) =>
  uid === '' && groups.length === 0 && extra.size === 0

/** A service account that runs on the node which is wanted. */
const runsThere = (wanted: WantedUser, { name, extra }: User) => {
  const node = nodeOf(wanted.name)
  const told = extra?.[nodeNameKey] ?? []
  return node !== undefined && accountOf(name) !== undefined && told.length === 1 && told[0] === node
}

/** For the node on which one runs, the right must be for any node: the pod may run on another tomorrow. */
const forAnyNode = (access: Access): Access => ({
  ...access,
  user: {
    ...access.user,
    extra: {
      'authentication.kubernetes.io/associated-node-keys': Object.keys(access.user.extra ?? {}).toSorted(),
    },
  },
  ...(access.verb === 'impersonate:associated-node' && { name: '*' }),
})

/** The narrow ways first. */
const modes: readonly Mode[] = [
  {
    name: 'associated-node',
    fits: (wanted, requestor) => isNameOnly(wanted) && runsThere(wanted, requestor),
    asks: forAnyNode,
  },
  { name: 'arbitrary-node', fits: (wanted) => isNameOnly(wanted) && nodeOf(wanted.name) !== undefined },
  { name: 'serviceaccount', fits: (wanted) => isNameOnly(wanted) && accountOf(wanted.name) !== undefined },
  { name: 'user-info', fits: ({ name }) => nodeOf(name) === undefined && accountOf(name) === undefined },
  { name: '', fits: () => true },
]

/** The user that a request may be taken for. @throws ApiError Forbidden, as the first way that fits refuses it. */
export async function impersonated(
  authorizer: Authorizer,
  access: Access,
  wanted: WantedUser,
): Promise<User> {
  let first: unknown
  for (const mode of modes) {
    if (!mode.fits(wanted, access.user)) continue
    try {
      return await tryMode(mode, authorizer, access, wanted)
    } catch (error) {
      if (!isApiError(error)) throw error
      first ??= error
    }
  }
  throw first
}

async function tryMode(mode: Mode, given: Authorizer, access: Access, wanted: WantedUser): Promise<User> {
  const { name, asks = (same: Access) => same } = mode
  const authorizer = { ...given, authorize: (one: Access) => given.authorize(asks(one)) }
  const requestor = access.user
  if (name === '') return checkUser({ authorizer, requestor, verb: 'impersonate' }, wanted)
  await requireAccess(authorizer, { ...access, verb: `impersonate-on:${name}:${access.verb}` })
  return checkUser({ authorizer, requestor, verb: `impersonate:${name}` }, wanted)
}
