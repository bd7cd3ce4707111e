import type { TokenReviewer } from '../webhook-tokens.ts'
import type { OidcParts } from './oidc-tokens.ts'

export type { ClaimRules } from './claims.ts'
export type { FetchJson } from './issuer-keys.ts'
export type { OidcIssuer, OidcParts } from './oidc-tokens.ts'

/** Says whose a token of one of the issuers is; what reads tokens is loaded only where there are issuers. */
export async function openOidcTokens(parts: OidcParts): Promise<TokenReviewer> {
  const reader = await import('./oidc-tokens.ts')
  return reader.oidcTokens(parts)
}
