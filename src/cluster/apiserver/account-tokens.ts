import { newTokenKey, TokenAuthority } from '#apiserver'
import { readText } from './open-store.ts'
import type { ApiServerHost, ApiServerSettings } from './options.ts'

/** What a cluster is called in its tokens, unless told otherwise. */
const defaultIssuer = 'https://kubernetes.default.svc.cluster.local'

/** The authority over the tokens of service accounts, with the key that was named or the server's own. */
export async function openTokenAuthority(
  settings: ApiServerSettings,
  host: ApiServerHost,
): Promise<TokenAuthority> {
  const { keyFiles = [], issuer = defaultIssuer, audiences = [] } = settings.accountTokens ?? {}
  const otherKeys = await Promise.all(keyFiles.map((path) => readText(path, host)))
  return new TokenAuthority({
    key: await signingKey(settings, host),
    otherKeys: otherKeys.filter((key) => key !== undefined),
    issuer,
    ...(audiences.length > 0 && { audiences }),
  })
}

async function signingKey({ accountTokens, certDir, secure }: ApiServerSettings, host: ApiServerHost) {
  const named = await readText(accountTokens?.signingKeyFile, host)
  if (named !== undefined) return named
  // Only the secure port takes tokens: without it there is no key worth keeping.
  if (secure === undefined) return newTokenKey()
  const path = `${certDir}/sa.key`
  const held = await host.files.read(path)
  if (held !== undefined) return Buffer.from(held).toString()
  const key = newTokenKey()
  await host.files.write(path, key, 0o600)
  return key
}
