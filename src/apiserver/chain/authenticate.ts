import { ApiError } from '#base/errors'
import { bearerToken } from './bearer-token.ts'
import type { Filter, Passing, User } from './filter.ts'
import { type ProxyHeaders, proxiedUser, withoutProxied } from './proxied-user.ts'

const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
const local: User = { name: 'system:unsecured', groups: ['system:masters', 'system:authenticated'] }
const allAuthenticated = 'system:authenticated'

type MaybeLater<T> = T | Promise<T>

/** What a server takes for a proof of who asks, beside client certificates. */
export interface Proofs {
  /** Whether requests without any proof are let in, as nobody, or for which paths. */
  readonly anonymous: boolean | readonly string[]
  readonly tokens: ((token: string) => MaybeLater<User | undefined>) | undefined
  /** How proxies say for whom they speak; absent: none may. */
  readonly proxyHeaders?: ProxyHeaders | undefined
}

/**
 * Finds out who asks: the insecure port trusts everybody who reaches it, the secure one asks for a certificate or a
 * token. A token that nobody has is refused even where asking without any is allowed.
 */
export const authenticate =
  (proofs: Proofs): Filter =>
  async (passing, next) => {
    const found = userOf(passing, proofs)
    // Most proofs are judged at once: those requests wait for nothing.
    const user = found instanceof Promise ? await found : found
    if (user === undefined) throw new ApiError('Unauthorized', 'Unauthorized')
    passing.user = user
    const { request } = passing
    if (proofs.proxyHeaders === undefined || !request.peer.secure) return next(passing)
    const headers = withoutProxied(request.headers, proofs.proxyHeaders)
    return next({ ...passing, request: { ...request, headers } })
  }

function userOf({ request, info }: Passing, proofs: Proofs): MaybeLater<User | undefined> {
  const { peer } = request
  if (peer.user) return peer.user
  if (!peer.secure) return local
  if (peer.proxy !== undefined && proofs.proxyHeaders) {
    const user = proxiedUser(peer.proxy, request.headers, proofs.proxyHeaders)
    if (user !== undefined) return known(user)
  }
  if (peer.certificate)
    return known({ name: peer.certificate.commonName, groups: peer.certificate.organizations })
  const token = bearerToken(request.headers)
  if (token !== undefined) {
    const user = proofs.tokens?.(token)
    return user instanceof Promise ? user.then(knownIfAny) : knownIfAny(user)
  }
  // A proxy that speaks for nobody has failed to show who it is.
  return peer.proxy === undefined && isOpen(proofs.anonymous, info) ? anonymous : undefined
}

const isOpen = (open: Proofs['anonymous'], info: Passing['info']) =>
  typeof open === 'boolean' ? open : open.includes(info.path)

const knownIfAny = (user: User | undefined) => user && known(user)

/** Who has shown who they are is in the group of all such, unless they say that they have not. */
function known(user: User): User {
  const { name, groups } = user
  const isSettled =
    name === anonymous.name || groups.includes(allAuthenticated) || groups.includes('system:unauthenticated')
  return isSettled ? user : { ...user, groups: [...groups, allAuthenticated] }
}
