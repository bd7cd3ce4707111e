import type { Core } from '../call.ts'
import { bootstrapUser } from '../tokens/bootstrap-tokens.ts'
import type { User } from '../chain/filter.ts'
import type { AccountClaims, NamedObject, TokenAuthority } from './token-authority.ts'

/** Clocks of other machines may differ by this. */
const leewaySeconds = 60

/** Where the objects are that a token may name, and whether they are in its namespace. */
const places = {
  serviceaccount: { plural: 'serviceaccounts', namespaced: true },
  pod: { plural: 'pods', namespaced: true },
  secret: { plural: 'secrets', namespaced: true },
  node: { plural: 'nodes', namespaced: false },
} as const

/** Objects without which a token is worth nothing. A pod's node is only told; a token of a node alone ends with it. */
function required({
  pod,
  node,
  ...rest
}: AccountClaims['kubernetes.io']): [keyof typeof places, NamedObject][] {
  const { serviceaccount, secret } = rest
  return [
    ['serviceaccount', serviceaccount],
    ...(pod ? ([['pod', pod]] as const) : []),
    ...(secret ? ([['secret', secret]] as const) : []),
    ...(node && !pod ? ([['node', node]] as const) : []),
  ] as [keyof typeof places, NamedObject][]
}

/** Whose a token is, and which of the names that were asked for it is for. */
export interface Identity {
  readonly user: User
  readonly audiences: readonly string[]
}

/**
 * Says whose a token is: one of a file, a service account's that is in time and whose account and bound object are still
 * there, or one that another server knows. `asked` are names of whom the token should be for; without any, those of this server.
 */
export function identify(
  core: Core,
  token: string,
  asked: readonly string[] = [],
): Identity | undefined | Promise<Identity | undefined> {
  const wanted = asked.length > 0 ? asked : (core.parts.accountTokens?.audiences ?? [])
  return identifyHere(core, token, wanted) ?? core.parts.tokenReviewer?.(token, wanted)
}

/** Whose a token is, as far as this server knows itself. */
function identifyHere(core: Core, token: string, wanted: readonly string[]): Identity | undefined {
  const { tokens, accountTokens, options } = core.parts
  const own = accountTokens?.audiences ?? []
  const user = tokens?.(token)
  const joining = options.bootstrapTokens ? bootstrapUser(core, token) : undefined
  const told = user ?? joining
  const found = told ? { user: told, audiences: own } : ofAccount(core, accountTokens, token)
  if (found === undefined) return undefined
  const audiences = found.audiences.filter((one) => wanted.includes(one))
  return audiences.length > 0 || wanted.length === 0 ? { user: found.user, audiences } : undefined
}

function ofAccount(core: Core, authority: TokenAuthority | undefined, token: string): Identity | undefined {
  const claims = authority?.read(token)
  if (claims === undefined || !isInTime(claims, core.parts.clock.now() / 1000)) return undefined
  const own = claims['kubernetes.io']
  const isAlive = required(own).every(([what, object]) => isThere(core, what, own.namespace, object))
  return isAlive ? { user: userOf(claims), audiences: claims.aud } : undefined
}

const isInTime = ({ nbf, exp }: AccountClaims, nowSeconds: number) =>
  nowSeconds + leewaySeconds >= nbf && nowSeconds - leewaySeconds <= exp

function isThere(
  core: Core,
  what: keyof typeof places,
  namespace: string,
  { name, uid }: NamedObject,
): boolean {
  const { plural, namespaced } = places[what]
  const held = core.registry.inGroup('', plural)?.peek(namespaced ? namespace : '', name)
  if (held === undefined || held.object.metadata.uid !== uid) return false
  const { deletionTimestamp } = held.object.metadata
  if (deletionTimestamp === undefined) return true
  return Date.parse(deletionTimestamp) + leewaySeconds * 1000 >= core.parts.clock.now()
}

const extraPrefix = 'authentication.kubernetes.io/'

function userOf(claims: AccountClaims): User {
  const { namespace, serviceaccount, pod, node } = claims['kubernetes.io']
  const extra: Record<string, string[]> = {}
  for (const [what, object] of [
    ['pod', pod],
    ['node', node],
  ] as const) {
    if (object === undefined) continue
    extra[`${extraPrefix}${what}-name`] = [object.name]
    if (object.uid !== undefined) extra[`${extraPrefix}${what}-uid`] = [object.uid]
  }
  return {
    name: claims.sub,
    uid: serviceaccount.uid ?? '',
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    extra: { [`${extraPrefix}credential-id`]: [`JTI=${claims.jti}`], ...extra },
  }
}
