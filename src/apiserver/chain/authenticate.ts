import { ApiError } from '#base/errors'
import { bearerToken } from './bearer-token.ts'
import type { Filter, Passing, User } from './filter.ts'
import type { TokenReader } from './token-file.ts'

const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
const local: User = { name: 'system:unsecured', groups: ['system:masters', 'system:authenticated'] }
const allAuthenticated = 'system:authenticated'

/** What a server takes for a proof of who asks, beside client certificates. */
export interface Proofs {
  /** Whether requests without any proof are let in, as nobody. */
  readonly anonymous: boolean
  readonly tokens: TokenReader | undefined
}

/**
 * Finds out who asks: the insecure port trusts everybody who reaches it, the secure one asks for a certificate or a
 * token. A token that nobody has is refused even where asking without any is allowed.
 */
export const authenticate =
  (proofs: Proofs): Filter =>
  async (passing, next) => {
    const user = userOf(passing, proofs)
    if (user === undefined) throw new ApiError('Unauthorized', 'Unauthorized')
    passing.user = user
    return next(passing)
  }

function userOf({ request }: Passing, proofs: Proofs): User | undefined {
  const { peer } = request
  if (peer.user) return peer.user
  if (!peer.secure) return local
  if (peer.certificate)
    return known({ name: peer.certificate.commonName, groups: peer.certificate.organizations })
  const token = bearerToken(request.headers)
  if (token !== undefined) {
    const user = proofs.tokens?.(token)
    return user && known(user)
  }
  return proofs.anonymous ? anonymous : undefined
}

const known = (user: User): User => ({
  ...user,
  groups: user.groups.includes(allAuthenticated) ? user.groups : [...user.groups, allAuthenticated],
})
