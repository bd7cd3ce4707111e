import type { HttpRequest } from '#base/http'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { Refusal } from '../refusal.ts'
import { attributesOf } from './attributes.ts'
import { type ReviewOptions, Reviews } from './reviews.ts'
import type { User } from './user.ts'

/** Who gets in. */
export interface GateOptions {
  readonly nodeName: string
  readonly clock: Clock
  readonly log: Log
  /** Takes requests without credentials, as those of system:anonymous. */
  readonly anonymousAuth: boolean
  /**
   * Whether everybody who is known may do everything, or what the API server says, or only the API server itself and
   * administrators.
   */
  readonly authorization: 'AlwaysAllow' | 'Webhook' | 'Administrators'
  /** Without it bearer tokens are nobody's. */
  readonly reviews?: ReviewOptions | undefined
}

/** Lets a request to an endpoint in, or not. @throws Refusal 401, 403 or 500. */
export type Gate = (request: HttpRequest, endpoint: string) => Promise<void>

const administrators = 'system:masters'
const apiServers = new Set(['kube-apiserver-kubelet-client', 'kube-apiserver'])
const authenticated = 'system:authenticated'
const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** The gate of a kubelet's server. @throws Error for a mode that nobody is there to decide in. */
export function createGate(options: GateOptions): Gate {
  const { clock, authorization } = options
  const reviews = options.reviews && new Reviews(options.reviews, clock)
  if (authorization === 'Webhook' && !reviews)
    throw new Error('no client provided, cannot use webhook authorization')
  return async (request, endpoint) => {
    const user = await authenticate(options, reviews, request)
    await authorize(options, reviews, user, request, endpoint)
  }
}

async function authenticate(
  { anonymousAuth, log }: GateOptions,
  reviews: Reviews | undefined,
  { peer, headers, signal }: HttpRequest,
): Promise<User> {
  const { certificate } = peer
  if (certificate)
    return { name: certificate.commonName, groups: [...certificate.organizations, authenticated] }
  const token = bearerToken(headers['authorization'])
  if (token === undefined && anonymousAuth) return anonymous
  try {
    const user = token === undefined ? undefined : await reviews?.userOf(token, signal)
    if (user) return user
  } catch (error) {
    log.error('Unable to authenticate the request due to an error', { err: error })
  }
  throw new Refusal(401, 'Unauthorized')
}

const bearerToken = (header = '') => /^bearer +(\S+)$/i.exec(header.trim())?.[1]

async function authorize(
  options: GateOptions,
  reviews: Reviews | undefined,
  user: User,
  { method, signal }: HttpRequest,
  endpoint: string,
): Promise<void> {
  const { verb, subresources } = attributesOf(method, endpoint)
  const words = `user=${user.name}, verb=${verb}, resource=nodes`
  for (const subresource of subresources) {
    try {
      if (await isAllowed(options, reviews, user, verb, subresource, signal)) return
    } catch (error) {
      options.log.error('Authorization error', { user: user.name, verb, subresource, err: error })
      throw new Refusal(500, `Authorization error (${words}, subresource=${subresource})`)
    }
  }
  throw new Refusal(403, `Forbidden (${words}, subresource(s)=[${subresources.join(' ')}])\n`)
}

async function isAllowed(
  { authorization, nodeName }: GateOptions,
  reviews: Reviews | undefined,
  user: User,
  verb: string,
  subresource: string,
  signal: HttpRequest['signal'],
): Promise<boolean> {
  if (authorization === 'AlwaysAllow') return true
  if (authorization === 'Administrators')
    // Nodes and users have certificates of the same authority, and must not reach into containers by them.
    return user.groups.includes(administrators) || apiServers.has(user.name)
  return (await reviews?.allows(user, verb, nodeName, subresource, signal)) === true
}
