import { ApiError, forbidden } from '#base/errors'
import type { Filter, Passing, User } from './filter.ts'

const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
const local: User = { name: 'system:unsecured', groups: ['system:masters', 'system:authenticated'] }

/** Finds out who asks: the insecure port trusts everybody who reaches it, the secure one asks for a certificate. */
export const authenticate =
  (anonymousAllowed: boolean): Filter =>
  async (passing, next) => {
    const user = userOf(passing, anonymousAllowed)
    if (user === undefined) throw new ApiError('Unauthorized', 'Unauthorized')
    passing.user = user
    return next(passing)
  }

function userOf({ request }: Passing, anonymousAllowed: boolean): User | undefined {
  const { peer } = request
  if (peer.user) return peer.user
  if (!peer.secure) return local
  if (peer.certificate) {
    const { commonName, organizations } = peer.certificate
    return { name: commonName, groups: [...organizations, 'system:authenticated'] }
  }
  return anonymousAllowed ? anonymous : undefined
}

/** Decides what a user may do: each mode in order may allow or refuse. */
export const authorize =
  (modes: readonly string[]): Filter =>
  async (passing, next) => {
    const { request, info, user } = passing
    if (!request.peer.secure || user?.groups.includes('system:masters') === true) return next(passing)
    if (modes.includes('AlwaysAllow')) return next(passing)
    const what = info.isResource
      ? `cannot ${info.verb} resource ${JSON.stringify(info.resource)}`
      : `cannot ${info.verb} path ${JSON.stringify(info.path)}`
    const why = `User ${JSON.stringify(user?.name)} ${what}${info.isResource ? ` in API group ${JSON.stringify(info.group)} ${scopeOf(passing)}` : ''}`
    throw forbidden({ group: info.group, resource: info.resource }, info.name, why)
  }

const scopeOf = ({ info }: Passing) =>
  info.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(info.namespace)}`
