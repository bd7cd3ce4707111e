import { type Flags, flag, mapKind, stringKind, stringsKind } from '#base/flags'

/** The flags of OpenID Connect. */
export const oidcFlags = {
  authenticationConfig: flag(
    'authentication-config',
    stringKind,
    '',
    'File with an AuthenticationConfiguration: issuers of OpenID Connect, and what nobody may reach. Not together with --oidc-*.',
  ),
  oidcIssuerUrl: flag(
    'oidc-issuer-url',
    stringKind,
    '',
    'The https URL of an issuer of OpenID Connect whose tokens are accepted. Unset: there is none.',
  ),
  oidcClientId: flag('oidc-client-id', stringKind, '', 'The client that its tokens must be for.'),
  oidcCaFile: flag(
    'oidc-ca-file',
    stringKind,
    '',
    "File with the authorities that signed the issuer's certificate. Unset: those of the machine.",
  ),
  oidcUsernameClaim: flag('oidc-username-claim', stringKind, 'sub', "The claim that tells a user's name."),
  oidcUsernamePrefix: flag(
    'oidc-username-prefix',
    stringKind,
    '',
    "What is put before names; '-' for nothing. Unset: the issuer's URL and '#', but nothing before addresses of mail.",
  ),
  oidcGroupsClaim: flag(
    'oidc-groups-claim',
    stringKind,
    '',
    "The claim that tells a user's groups. Unset: none does.",
  ),
  oidcGroupsPrefix: flag('oidc-groups-prefix', stringKind, '', 'What is put before the names of groups.'),
  oidcSigningAlgs: flag('oidc-signing-algs', stringsKind, ['RS256'], 'The signatures that count.'),
  oidcRequiredClaim: flag(
    'oidc-required-claim',
    mapKind,
    {},
    'Claims that tokens must hold, with their values: key=value.',
  ),
} satisfies Flags
