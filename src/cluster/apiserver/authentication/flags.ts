import { boolKind, type Flags, flag, durationKind, stringKind, stringsKind } from '#base/flags'

/** The flags of who is let in. */
export const authenticationFlags = {
  anonymousAuth: flag(
    'anonymous-auth',
    boolKind,
    true,
    'Whether requests on the secure port that show no credentials are taken, as system:anonymous in the group system:unauthenticated.',
  ),
  clientCaFile: flag(
    'client-ca-file',
    stringKind,
    '',
    'File with the authorities whose client certificates are accepted; the common name is the user. Unset: the authority in --cert-dir.',
  ),
  requestheaderClientCaFile: flag(
    'requestheader-client-ca-file',
    stringKind,
    '',
    'File with the authorities whose certificates proxies show that say in headers for whom they speak. Unset: no proxy may.',
  ),
  requestheaderAllowedNames: flag(
    'requestheader-allowed-names',
    stringsKind,
    [],
    'Common names of such proxies. Unset: all that the authorities have signed.',
  ),
  requestheaderUsernameHeaders: flag(
    'requestheader-username-headers',
    stringsKind,
    ['x-remote-user'],
    'Headers in which such proxies tell the name of a user.',
  ),
  requestheaderUidHeaders: flag(
    'requestheader-uid-headers',
    stringsKind,
    [],
    "Headers in which such proxies tell a user's id.",
  ),
  requestheaderGroupHeaders: flag(
    'requestheader-group-headers',
    stringsKind,
    ['x-remote-group'],
    "Headers in which such proxies tell a user's groups.",
  ),
  requestheaderExtraPrefixes: flag(
    'requestheader-extra-headers-prefix',
    stringsKind,
    ['x-remote-extra-'],
    'What the names of headers begin with in which such proxies tell more of a user.',
  ),
  tokenWebhookConfigFile: flag(
    'authentication-token-webhook-config-file',
    stringKind,
    '',
    'A kubeconfig that leads to a server which is asked whose a token is that nobody here knows.',
  ),
  tokenWebhookVersion: flag(
    'authentication-token-webhook-version',
    stringKind,
    'v1beta1',
    'The version of TokenReview that this server is sent.',
  ),
  tokenWebhookCacheTtl: flag(
    'authentication-token-webhook-cache-ttl',
    durationKind,
    120_000,
    'How long it is not asked again about the same token.',
  ),
  enableBootstrapTokens: flag(
    'enable-bootstrap-token-auth',
    boolKind,
    false,
    'Whether the tokens of secrets of the type bootstrap.kubernetes.io/token in kube-system are accepted, for machines that are to join.',
  ),
  tokenAuthFile: flag(
    'token-auth-file',
    stringKind,
    '',
    'File with the bearer tokens that are accepted on the secure port: a line token,user,uid,"group1,group2" for each.',
  ),
  accountSigningKeyFile: flag(
    'service-account-signing-key-file',
    stringKind,
    '',
    'File with the private key that the tokens of service accounts are signed with. Unset: sa.key in --cert-dir, made when it is not there.',
  ),
  accountKeyFiles: flag(
    'service-account-key-file',
    stringsKind,
    [],
    'Files with keys, private or public, whose service account tokens are accepted beside those of the signing key.',
  ),
  accountIssuer: flag(
    'service-account-issuer',
    stringKind,
    '',
    'What this cluster is called in the tokens of service accounts. Unset: https://kubernetes.default.svc.cluster.local.',
  ),
  apiAudiences: flag(
    'api-audiences',
    stringsKind,
    [],
    'Names of this server: a token must be for one of them. Unset: the issuer of the tokens.',
  ),
} satisfies Flags
