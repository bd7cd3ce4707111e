import type { ClaimRules } from '#apiserver'

/** An issuer of OpenID Connect, as flags or a file describe it. */
export interface OidcSettings {
  readonly url: string
  readonly discoveryUrl?: string
  readonly audiences: readonly string[]
  readonly algorithms: readonly string[]
  readonly claims: ClaimRules
  /** A file with the authorities that its certificate is checked by, or their certificates; absent: those of the machine. */
  readonly caFile?: string
  readonly ca?: string
}

/** Signatures that may be told to count. */
export const signingAlgorithms: readonly string[] = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
]
