import {
  type Flags,
  boolKind,
  durationKind,
  flag,
  intKind,
  mapKind,
  stringKind,
  stringsKind,
} from '#base/flags'
import { auditFlags } from './audit/flags.ts'
import { authenticationFlags } from './authentication/flags.ts'
import { oidcFlags } from './authentication/oidc-flags.ts'
import { signingFlags } from './signing/flags.ts'
import { levelKind } from '../program/level-kind.ts'

const generic = {
  advertiseAddress: flag(
    'advertise-address',
    stringKind,
    '',
    "The IP address that other members of the cluster are told to reach this server at. Unset: the bind address, or else the machine's first address.",
  ),
  allowPrivileged: flag('allow-privileged', boolKind, false, 'Whether privileged containers are allowed.'),
  eventTtl: flag('event-ttl', durationKind, 3_600_000, 'How long events are kept.'),
  compat: flag(
    'compat',
    stringKind,
    '',
    "Serve the old forms of a release beside today's. Known: v1.3 (selfLink, the old groups in discovery, /swaggerapi/, /ui/).",
  ),
  maxInflight: flag(
    'max-requests-inflight',
    intKind,
    400,
    'How many reads may be under way at once before more are turned away. 0 means no limit.',
  ),
  maxMutatingInflight: flag(
    'max-mutating-requests-inflight',
    intKind,
    200,
    'How many writes may be under way at once before more are turned away. 0 means no limit.',
  ),
  requestTimeout: flag(
    'request-timeout',
    durationKind,
    60_000,
    'How long a request may take, watches and streams aside, unless it asks for less.',
  ),
  minRequestTimeout: flag(
    'min-request-timeout',
    intKind,
    1800,
    'The seconds that a watch lasts at least; each is ended at a random moment between this and twice this.',
  ),
  shutdownDelay: flag(
    'shutdown-delay-duration',
    durationKind,
    0,
    'How long to go on serving after a stop was asked for, while /readyz already fails.',
  ),
} satisfies Flags

const etcd = {
  etcdServers: flag(
    'etcd-servers',
    stringsKind,
    [],
    'The etcd servers to store in (scheme://ip:port), comma separated. Without any, objects are kept in an embedded database under --data-dir.',
  ),
  etcdPrefix: flag('etcd-prefix', stringKind, '/registry', 'What all keys in the store begin with.'),
  encryptionConfig: flag(
    'encryption-provider-config',
    stringKind,
    '',
    'File with an EncryptionConfiguration (apiserver.config.k8s.io/v1) that says which objects are encrypted in the store, and with which keys.',
  ),
  etcdCafile: flag('etcd-cafile', stringKind, '', "File with the authority that signed etcd's certificates."),
  etcdCertfile: flag('etcd-certfile', stringKind, '', 'File with the client certificate shown to etcd.'),
  etcdKeyfile: flag('etcd-keyfile', stringKind, '', 'File with the key of --etcd-certfile.'),
  dataDir: flag(
    'data-dir',
    stringKind,
    '/var/lib/kubeling/apiserver',
    'Folder of the embedded database. Not used with --etcd-servers.',
  ),
} satisfies Flags

const secureServing = {
  bindAddress: flag('bind-address', stringKind, '0.0.0.0', 'The IP address to serve HTTPS on.'),
  securePort: flag('secure-port', intKind, 6443, 'The port to serve HTTPS on. 0 turns HTTPS off.'),
  certDir: flag(
    'cert-dir',
    stringKind,
    '/var/run/kubernetes',
    'Folder of the self-made certificate: apiserver.crt, apiserver.key and their authority, ca.crt. Without use when --tls-cert-file and --tls-private-key-file are given.',
  ),
  tlsCertFile: flag(
    'tls-cert-file',
    stringKind,
    '',
    "File with the certificate for HTTPS, followed by its authority's if there is one in between.",
  ),
  tlsPrivateKeyFile: flag('tls-private-key-file', stringKind, '', 'File with the key of --tls-cert-file.'),
} satisfies Flags

const insecureServing = {
  insecureBindAddress: flag(
    'insecure-bind-address',
    stringKind,
    '127.0.0.1',
    'The IP address to serve plain HTTP on, without authentication.',
  ),
  insecurePort: flag(
    'insecure-port',
    intKind,
    8080,
    'The port to serve plain HTTP on, without authentication. 0 turns it off.',
  ),
  insecureAllowRemote: flag(
    'insecure-allow-remote',
    boolKind,
    false,
    'Whether --insecure-bind-address may be an address that other machines reach: all that can do everything then. --compat=v1.3 allows it too.',
  ),
  insecureAllowedHosts: flag(
    'insecure-allowed-hosts',
    stringsKind,
    [],
    "Host names by which the insecure port may be asked for, beside addresses, localhost and the machine's own name. Others are refused: a web page could have given this address to its own name.",
  ),
} satisfies Flags

const authorization = {
  authorizationConfig: flag(
    'authorization-config',
    stringKind,
    '',
    'File with an AuthorizationConfiguration that says what decides on requests. Not together with --authorization-mode and --authorization-webhook-*.',
  ),
  authorizationMode: flag(
    'authorization-mode',
    stringsKind,
    [],
    'What decides on requests, in order; administrators (system:masters) may do everything. Known: AlwaysAllow, AlwaysDeny, ABAC, Webhook, RBAC, Node. (default [AlwaysAllow])',
  ),
  authorizationPolicyFile: flag(
    'authorization-policy-file',
    stringKind,
    '',
    'File with the policies of --authorization-mode=ABAC, a JSON object on each line.',
  ),
  authorizationWebhookConfigFile: flag(
    'authorization-webhook-config-file',
    stringKind,
    '',
    'A kubeconfig that leads to the server which --authorization-mode=Webhook asks.',
  ),
  authorizationWebhookVersion: flag(
    'authorization-webhook-version',
    stringKind,
    'v1beta1',
    'The version of SubjectAccessReview that the webhook is sent.',
  ),
  authorizationWebhookAuthorizedTtl: flag(
    'authorization-webhook-cache-authorized-ttl',
    durationKind,
    300_000,
    'How long the webhook is not asked again about what it has allowed.',
  ),
  authorizationWebhookUnauthorizedTtl: flag(
    'authorization-webhook-cache-unauthorized-ttl',
    durationKind,
    30_000,
    'How long the webhook is not asked again about what it has not allowed.',
  ),
} satisfies Flags

const enablement = {
  runtimeConfig: flag(
    'runtime-config',
    mapKind,
    {},
    'Group versions to turn on or off: api/all=true|false, or group/version=true|false.',
  ),
} satisfies Flags

const admission = {
  admissionConfigFile: flag(
    'admission-control-config-file',
    stringKind,
    '',
    'File with an AdmissionConfiguration for the plugins that take one: EventRateLimit, PodSecurity.',
  ),
  admissionControl: flag('admission-control', stringsKind, [], 'The admission plugins to run, in order.', {
    deprecated: 'use --enable-admission-plugins or --disable-admission-plugins',
  }),
  enableAdmission: flag(
    'enable-admission-plugins',
    stringsKind,
    [],
    'Admission plugins to run beside those that are on by default (NamespaceLifecycle, LimitRanger, PodSecurity, Priority, DefaultTolerationSeconds, DefaultStorageClass, StorageObjectInUseProtection, PersistentVolumeClaimResize, RuntimeClass, DefaultIngressClass, DenyServiceExternalIPs, CertificateApproval, CertificateSigning, CertificateSubjectRestriction). Known: AlwaysAdmit, AlwaysDeny, AlwaysPullImages, CertificateApproval, CertificateSigning, CertificateSubjectRestriction, DefaultIngressClass, DefaultStorageClass, DefaultTolerationSeconds, DenyServiceExternalIPs, EventRateLimit, ExtendedResourceToleration, LimitRanger, NamespaceLifecycle, NodeRestriction, OwnerReferencesPermissionEnforcement, PersistentVolumeClaimResize, PodSecurity, Priority, RuntimeClass, ServiceAccount, StorageObjectInUseProtection, TaintNodesByCondition. The order does not matter.',
  ),
  disableAdmission: flag(
    'disable-admission-plugins',
    stringsKind,
    [],
    'Admission plugins to leave out although they are on by default.',
  ),
} satisfies Flags

const services = {
  serviceClusterIpRange: flag(
    'service-cluster-ip-range',
    stringKind,
    '',
    'The addresses that services get, as address/bits. It must not overlap those of nodes and pods. Unset: 10.0.0.0/24.',
  ),
  serviceNodePortRange: flag(
    'service-node-port-range',
    stringKind,
    '30000-32767',
    'The ports that NodePort services get, both ends included.',
  ),
} satisfies Flags

const kubelets = {
  kubeletCertificateAuthority: flag(
    'kubelet-certificate-authority',
    stringKind,
    '',
    "File with the authority that signed the kubelets' certificates. Unset: they are not checked.",
  ),
  kubeletClientCertificate: flag(
    'kubelet-client-certificate',
    stringKind,
    '',
    'File with the client certificate shown to kubelets. Unset: one is made by the authority in --cert-dir.',
  ),
  kubeletClientKey: flag(
    'kubelet-client-key',
    stringKind,
    '',
    'File with the key of --kubelet-client-certificate.',
  ),
  kubeletPreferredAddressTypes: flag(
    'kubelet-preferred-address-types',
    stringsKind,
    ['InternalIP', 'InternalDNS', 'Hostname', 'ExternalIP', 'ExternalDNS'],
    "Which of a node's addresses to reach its kubelet at, best first.",
  ),
} satisfies Flags

const logs = {
  logDir: flag('log-dir', stringKind, '', 'Folder that /logs/ serves. Unset: /logs/ is empty.'),
  verbosity: flag('v', levelKind, 0, 'Number for the log level verbosity', { short: 'v' }),
} satisfies Flags

const global = {
  help: flag('help', boolKind, false, 'help for kube-apiserver', { short: 'h' }),
  version: flag('version', boolKind, false, 'Print version information and quit'),
} satisfies Flags

/** The flags by topic, in the order of the help page. */
export const apiServerFlagSections: Readonly<Record<string, Flags>> = {
  Generic: generic,
  Etcd: etcd,
  'Secure serving': secureServing,
  'Insecure serving': insecureServing,
  Authentication: { ...authenticationFlags, ...oidcFlags },
  Auditing: auditFlags,
  Authorization: authorization,
  Certificates: signingFlags,
  'API enablement': enablement,
  Admission: admission,
  Services: services,
  Kubelet: kubelets,
  Logs: logs,
  Global: global,
}

/** Every flag of kube-apiserver. */
export const apiServerFlags = {
  ...generic,
  ...etcd,
  ...secureServing,
  ...insecureServing,
  ...authenticationFlags,
  ...oidcFlags,
  ...authorization,
  ...signingFlags,
  ...auditFlags,
  ...enablement,
  ...admission,
  ...services,
  ...kubelets,
  ...logs,
  ...global,
}
