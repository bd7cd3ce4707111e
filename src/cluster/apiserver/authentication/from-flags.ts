import { FlagError, type Values } from '#base/flags'
import type { oidcFlags } from './oidc-flags.ts'
import { type OidcSettings, signingAlgorithms } from './settings.ts'

/** The issuer that the --oidc-* flags describe; undefined where they name none. @throws FlagError. */
export function oidcFromFlags(values: Values<typeof oidcFlags>): OidcSettings | undefined {
  const { oidcIssuerUrl: url, oidcClientId: client, oidcUsernameClaim: claim } = values
  if ((url === '') !== (client === ''))
    throw new FlagError(
      'oidc-issuer-url and oidc-client-id must be specified together when any oidc flag is set',
    )
  if (url === '') return undefined
  if (values.authenticationConfig !== '')
    throw new FlagError('authentication-config file and oidc-* flags are mutually exclusive')
  if (!url.startsWith('https://'))
    throw new FlagError(`invalid oidc-issuer-url ${JSON.stringify(url)}: it takes an https URL`)
  for (const one of values.oidcSigningAlgs) {
    if (!signingAlgorithms.includes(one))
      throw new FlagError(`oidc: unsupported signing alg: ${JSON.stringify(one)}`)
  }
  const groups = values.oidcGroupsClaim
  return {
    url,
    audiences: [client],
    algorithms: values.oidcSigningAlgs,
    claims: {
      username: { claim, prefix: usernamePrefix(values) },
      ...(groups !== '' && { groups: { claim: groups, prefix: values.oidcGroupsPrefix } }),
      required: values.oidcRequiredClaim,
    },
    ...(values.oidcCaFile !== '' && { caFile: values.oidcCaFile }),
  }
}

/** Names of one issuer must not be taken for those of another, nor for the system's. */
function usernamePrefix({
  oidcUsernamePrefix: prefix,
  oidcUsernameClaim: claim,
  oidcIssuerUrl: url,
}: Values<typeof oidcFlags>) {
  if (prefix === '-') return ''
  return prefix === '' && claim !== 'email' ? `${url}#` : prefix
}
