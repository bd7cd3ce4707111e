import type { User } from '../../chain/filter.ts'

/** A claim that tells something of a user, and what is put before what it tells. */
export interface ClaimSource {
  readonly claim: string
  readonly prefix: string
}

/** How an issuer's claims become a user. */
export interface ClaimRules {
  readonly username: ClaimSource
  readonly groups?: ClaimSource
  /** The claim that holds the user's uid. */
  readonly uid?: string
  /** Claims that a token must hold, with these values. */
  readonly required: Readonly<Record<string, string>>
}

/** The claims of a token whose signature holds. */
export type Claims = Readonly<Record<string, unknown>>

/** What is wrong with the claims of a token. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError'
}

/** Whose a token with these claims is. @throws ClaimError. */
export function userOfClaims(claims: Claims, rules: ClaimRules): User {
  checkRequired(claims, rules.required)
  const { username, groups, uid } = rules
  const name = textClaim(claims, username.claim)
  // An address of which nobody knows whether it is the sender's own says nothing of who that is.
  if (username.claim === 'email' && 'email_verified' in claims && claims['email_verified'] !== true)
    throw new ClaimError('oidc: email not verified')
  return {
    name: username.prefix + name,
    groups: groups === undefined ? [] : groupsOf(claims, groups),
    ...(uid !== undefined && { uid: textClaim(claims, uid) }),
  }
}

function checkRequired(claims: Claims, required: ClaimRules['required']): void {
  for (const [claim, value] of Object.entries(required)) {
    if (!Object.hasOwn(claims, claim))
      throw new ClaimError(`oidc: required claim ${claim} not present in ID token`)
    if (claims[claim] !== value) {
      const [found, wanted] = [JSON.stringify(claims[claim]), JSON.stringify(value)]
      throw new ClaimError(
        `oidc: required claim ${claim} value does not match. Got = ${found}, want = ${wanted}`,
      )
    }
  }
}

function textClaim(claims: Claims, claim: string): string {
  if (!Object.hasOwn(claims, claim))
    throw new ClaimError(`oidc: parse username claims ${JSON.stringify(claim)}: claim not present`)
  const value = claims[claim]
  if (typeof value !== 'string') throw new ClaimError(`oidc: claim ${JSON.stringify(claim)} is no text`)
  if (value === '') throw new ClaimError(`oidc: claim ${JSON.stringify(claim)} is empty`)
  return value
}

/** One group as a text, or a list of them. */
function groupsOf(claims: Claims, { claim, prefix }: ClaimSource): string[] {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined
  if (value === undefined || value === null) return []
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.some((one) => typeof one !== 'string'))
    throw new ClaimError(`oidc: claim ${JSON.stringify(claim)} holds other things than texts`)
  return (list as string[]).map((one) => prefix + one)
}
