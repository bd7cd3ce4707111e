import { type Values, boolKind, flag, intKind, stringArrayKind, stringKind } from '#base/flags'

/** Flags that every command takes. */
export const globalFlags = {
  as: flag(
    'as',
    stringKind,
    '',
    'Name of the user to act as. May be a user or a service account of a namespace.',
  ),
  asGroup: flag('as-group', stringArrayKind, [], 'Group to act as; may be given several times.'),
  asUid: flag('as-uid', stringKind, '', 'UID to act as.'),
  cacheDir: flag(
    'cache-dir',
    stringKind,
    '',
    'Folder for what is kept between calls; ~/.kube/cache when empty.',
  ),
  certificateAuthority: flag(
    'certificate-authority',
    stringKind,
    '',
    'File with the certificate of the authority that signed the server certificate.',
  ),
  clientCertificate: flag('client-certificate', stringKind, '', 'File with the client certificate.'),
  clientKey: flag('client-key', stringKind, '', 'File with the key of the client certificate.'),
  cluster: flag('cluster', stringKind, '', 'Name of the kubeconfig cluster to use.'),
  context: flag('context', stringKind, '', 'Name of the kubeconfig context to use.'),
  insecureSkipTlsVerify: flag(
    'insecure-skip-tls-verify',
    boolKind,
    false,
    "Do not check the server's certificate. Whoever stands between can then read and change everything.",
  ),
  kubeconfig: flag('kubeconfig', stringKind, '', 'The kubeconfig file to use.'),
  matchServerVersion: flag(
    'match-server-version',
    boolKind,
    false,
    "Fail when the server's version differs.",
  ),
  namespace: flag('namespace', stringKind, '', 'The namespace of this call.', { short: 'n' }),
  password: flag('password', stringKind, '', 'Password for basic authentication.'),
  requestTimeout: flag(
    'request-timeout',
    stringKind,
    '0',
    'How long to wait for one answer of the server, with a unit (1s, 2m, 3h). 0 means for ever.',
  ),
  server: flag('server', stringKind, '', 'Address and port of the API server.', { short: 's' }),
  tlsServerName: flag('tls-server-name', stringKind, '', "Name that the server's certificate must hold."),
  token: flag('token', stringKind, '', 'Bearer token for authentication.'),
  user: flag('user', stringKind, '', 'Name of the kubeconfig user to use.'),
  username: flag('username', stringKind, '', 'User name for basic authentication.'),
  verbosity: flag('v', intKind, 0, 'How much to tell of what is done.', { short: 'v' }),
  help: flag('help', boolKind, false, 'Tell what the command does.', { short: 'h', hidden: true }),
} as const

/** The values of the flags that every command takes. */
export type GlobalValues = Values<typeof globalFlags>
