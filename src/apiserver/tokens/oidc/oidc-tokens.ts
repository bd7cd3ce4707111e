import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { type Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { TokenReviewer } from '../webhook-tokens.ts'
import { type ClaimRules, userOfClaims } from './claims.ts'
import { type FetchJson, IssuerKeys } from './issuer-keys.ts'

/** An issuer of OpenID Connect whose tokens are taken. */
export interface OidcIssuer {
  /** What its tokens call it; an https URL. */
  readonly url: string
  /** Where its discovery document is, if that is not below its URL. */
  readonly discoveryUrl?: string
  /** A token must be for one of these. */
  readonly audiences: readonly string[]
  /** Signatures that count: RS256 and so on. */
  readonly algorithms: readonly string[]
  readonly claims: ClaimRules
  readonly fetch: FetchJson
}

/** What the reading of tokens is given. */
export interface OidcParts {
  readonly issuers: readonly OidcIssuer[]
  /** Names of this server. */
  readonly audiences: readonly string[]
  readonly clock: Clock
  readonly log: Log
}

/**
 * Says whose a token of one of the issuers is. Tokens of others are left to whoever comes next.
 * See https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation.
 */
export function oidcTokens({ issuers, audiences, clock, log }: OidcParts): TokenReviewer {
  const known = new Map(
    issuers.map((issuer) => [
      issuer.url,
      { issuer, keys: new IssuerKeys(issuer.url, issuer.discoveryUrl, issuer.fetch, clock) },
    ]),
  )
  return async (token, wanted) => {
    const found = known.get(issuerOf(token) ?? '')
    if (found === undefined) return undefined
    const meant = audiences.filter((one) => wanted.includes(one))
    if (meant.length === 0 && wanted.length > 0) return undefined
    try {
      const claims = await verified(token, found.issuer, found.keys, clock)
      return { user: userOfClaims(claims, found.issuer.claims), audiences: meant }
    } catch (error) {
      log.warn('A token of an OpenID Connect issuer is refused', {
        issuer: found.issuer.url,
        err: (error as Error).message,
      })
      return undefined
    }
  }
}

/** Whose a token says it is, which nobody has checked yet. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

/** The claims of a token that is the issuer's, for one of its audiences, and in time. @throws Error. */
async function verified(
  token: string,
  issuer: OidcIssuer,
  keys: IssuerKeys,
  clock: Clock,
): Promise<JWTPayload> {
  const check = async (set: JSONWebKeySet) => {
    const { payload } = await jwtVerify(token, createLocalJWKSet(set), {
      issuer: issuer.url,
      audience: [...issuer.audiences],
      algorithms: [...issuer.algorithms],
      requiredClaims: ['exp'],
      currentDate: new Date(clock.now()),
    })
    return payload
  }
  try {
    return await check(await keys.current())
  } catch (error) {
    const newer = error instanceof errors.JWKSNoMatchingKey ? await keys.newer() : undefined
    if (newer === undefined) throw error
    return check(newer)
  }
}
