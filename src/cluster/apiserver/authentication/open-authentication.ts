import { firstOf, type TokenAuthority, type TokenReviewer } from '#apiserver'
import { readText } from '../open-store.ts'
import type { ApiServerHost, ApiServerSettings } from '../options.ts'
import { openTokenWebhook } from '../token-webhook.ts'
import { readAuthenticationConfig } from './config-file.ts'
import { openOidc } from './open-oidc.ts'

/** Who is let in beside those whom the server knows itself. */
export interface OpenAuthentication {
  readonly tokenReviewer: TokenReviewer | undefined
  readonly options: { readonly anonymousAuth?: boolean; readonly anonymousPaths?: readonly string[] }
}

/** Issuers of OpenID Connect, a server that knows tokens, and nobody. @throws Error for files that are wrong. */
export async function openAuthentication(
  settings: ApiServerSettings,
  authority: Promise<TokenAuthority>,
  host: ApiServerHost,
): Promise<OpenAuthentication> {
  const { authenticationConfigFile: path = '', oidc, tokenWebhook } = settings
  const text = await readText(path, host)
  const config = text === undefined ? undefined : readAuthenticationConfig(path, text)
  const issuers = config?.issuers ?? (oidc ? [oidc] : [])
  const { audiences } = await authority
  const reviewers = [await openOidc(issuers, audiences, host), await openTokenWebhook(tokenWebhook, host)]
  const { anonymous } = config ?? {}
  return {
    tokenReviewer: firstOf(reviewers),
    options: anonymous
      ? { anonymousAuth: anonymous.enabled, ...(anonymous.paths && { anonymousPaths: anonymous.paths }) }
      : {},
  }
}
