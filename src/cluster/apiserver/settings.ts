import { isIP } from 'node:net'
import { FlagError, type Values } from '#base/flags'
import { signingFromFlags } from './signing/from-flags.ts'
import { auditFromFlags } from './audit/from-flags.ts'
import { admissionNames } from './admission/plugin-names.ts'
import { oidcFromFlags } from './authentication/from-flags.ts'
import { authorizationFromFlags } from './authorization/from-flags.ts'
import type { apiServerFlags } from './flags.ts'
import { type ApiServerSettings, type LogReader, type ProxySettings, type StoreChoice } from './options.ts'
import type { TokenWebhookSettings } from './token-webhook.ts'
import { parseServiceRanges } from './service-range.ts'

type ApiServerValues = Values<typeof apiServerFlags>

/** What the machine adds to the flags. */
export interface SettingsContext {
  readonly ownAddress: string
  readonly logReader: (folder: string) => LogReader
}

/** Turns the flags of kube-apiserver into settings. @throws FlagError for values that cannot be right, saying what is. */
export function settingsFromFlags(values: ApiServerValues, context: SettingsContext): ApiServerSettings {
  if (values.compat !== '' && values.compat !== 'v1.3')
    throw wrong('compat', values.compat, 'the known release is v1.3')
  checked(() => parseServiceRanges(values.serviceClusterIpRange))
  const serviceNodePorts = portRange(values.serviceNodePortRange)
  checkPair('tls-cert-file', values.tlsCertFile, 'tls-private-key-file', values.tlsPrivateKeyFile)
  checkPair('etcd-certfile', values.etcdCertfile, 'etcd-keyfile', values.etcdKeyfile)
  checkPair(
    'kubelet-client-certificate',
    values.kubeletClientCertificate,
    'kubelet-client-key',
    values.kubeletClientKey,
  )
  const audit = auditFromFlags(values)
  if (values.securePort === 0 && values.insecurePort === 0)
    throw new FlagError('--secure-port and --insecure-port are both 0: there is nothing to serve on')
  return {
    store: storeChoice(values),
    etcdPrefix: values.etcdPrefix,
    ...(values.encryptionConfig !== '' && { encryptionConfigFile: values.encryptionConfig }),
    ...port('secure', 'secure-port', values.securePort, 'bind-address', values.bindAddress),
    ...insecurePort(values),
    advertiseAddress: advertised(values, context.ownAddress),
    certDir: values.certDir,
    tlsCertFile: values.tlsCertFile,
    tlsKeyFile: values.tlsPrivateKeyFile,
    clientCaFile: values.clientCaFile,
    ...authenticationSettings(values),
    ...(values.compat === 'v1.3' && { compat: values.compat }),
    ...signingFromFlags(values),
    requestTimeoutMs: atLeast('request-timeout', values.requestTimeout, 1),
    watchTimeoutMinMs: atLeast('min-request-timeout', values.minRequestTimeout, 0) * 1000,
    shutdownDelayMs: atLeast('shutdown-delay-duration', values.shutdownDelay, 0),
    eventTtlMs: atLeast('event-ttl', values.eventTtl, 1),
    allowPrivileged: values.allowPrivileged,
    admission: admissionNames(values),
    ...(values.admissionConfigFile !== '' && { admissionConfigFile: values.admissionConfigFile }),
    authorization: authorizationFromFlags(values),
    anonymousAuth: values.anonymousAuth,
    ...(audit && { audit }),
    requestsInflightMax: atLeast('max-requests-inflight', values.maxInflight, 0),
    mutatingInflightMax: atLeast('max-mutating-requests-inflight', values.maxMutatingInflight, 0),
    runtimeConfig: switches(values.runtimeConfig),
    serviceClusterIpRange: values.serviceClusterIpRange,
    serviceNodePorts,
    kubelet: {
      certificateAuthority: values.kubeletCertificateAuthority,
      clientCertificate: values.kubeletClientCertificate,
      clientKey: values.kubeletClientKey,
      addressTypes: values.kubeletPreferredAddressTypes,
    },
    ...(values.logDir !== '' && { readLogs: context.logReader(values.logDir) }),
  }
}

function authenticationSettings(values: ApiServerValues) {
  const oidc = oidcFromFlags(values)
  return {
    ...(values.requestheaderClientCaFile !== '' && { proxies: proxySettings(values) }),
    tokenAuthFile: values.tokenAuthFile,
    ...(values.tokenWebhookConfigFile !== '' && { tokenWebhook: tokenWebhook(values) }),
    ...(oidc && { oidc }),
    ...(values.authenticationConfig !== '' && { authenticationConfigFile: values.authenticationConfig }),
    bootstrapTokens: values.enableBootstrapTokens,
    accountTokens: {
      signingKeyFile: values.accountSigningKeyFile,
      keyFiles: values.accountKeyFiles,
      ...(values.accountIssuer !== '' && { issuer: values.accountIssuer }),
      audiences: values.apiAudiences,
    },
  }
}

const wrong = (name: string, value: unknown, why: string) =>
  new FlagError(`invalid argument ${JSON.stringify(String(value))} for "--${name}" flag: ${why}`)

function checked<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new FlagError((error as Error).message, { cause: error })
  }
}

function atLeast(name: string, value: number, least: number): number {
  if (value < least) throw wrong(name, value, least > 0 ? 'must be greater than 0' : 'must not be negative')
  return value
}

function checkPair(oneName: string, one: string, otherName: string, other: string): void {
  if ((one === '') !== (other === ''))
    throw new FlagError(`--${oneName} and --${otherName} belong together: give both or neither`)
}

function portRange(text: string): { first: number; last: number } {
  const [, low, high] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []
  if (low === undefined || Number(low) < 1 || Number(high) > 65535 || Number(low) > Number(high))
    throw wrong('service-node-port-range', text, 'it takes two ports, as in 30000-32767')
  return { first: Number(low), last: Number(high) }
}

function port<Name extends 'secure' | 'insecure'>(
  key: Name,
  flagName: string,
  value: number,
  addressFlag: string,
  address: string,
): { [K in Name]?: { address: string; port: number } } {
  if (value < 0 || value > 65535) throw wrong(flagName, value, 'must be between 0 and 65535')
  if (isIP(address) === 0) throw wrong(addressFlag, address, 'it takes an IP address')
  return (value === 0 ? {} : { [key]: { address, port: value } }) as {
    [K in Name]?: { address: string; port: number }
  }
}

function insecurePort(values: ApiServerValues): Pick<ApiServerSettings, 'insecure'> {
  const { insecureBindAddress: address, insecureAllowRemote, insecureAllowedHosts: names, compat } = values
  const { insecure } = port(
    'insecure',
    'insecure-port',
    values.insecurePort,
    'insecure-bind-address',
    address,
  )
  if (insecure === undefined) return {}
  if (!isLoopback(address) && !insecureAllowRemote && compat === '') {
    const why =
      'other machines can reach it, and whoever does may do everything: give --insecure-allow-remote to have it so'
    throw wrong('insecure-bind-address', address, why)
  }
  return { insecure: { ...insecure, names } }
}

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.')

function advertised(values: ApiServerValues, own: string): string {
  if (values.advertiseAddress !== '') {
    if (isIP(values.advertiseAddress) === 0)
      throw wrong('advertise-address', values.advertiseAddress, 'it takes an IP address')
    return values.advertiseAddress
  }
  return values.bindAddress === '0.0.0.0' || values.bindAddress === '::' ? own : values.bindAddress
}

function storeChoice(values: ApiServerValues): StoreChoice {
  if (values.etcdServers.length === 0) return { kind: 'embedded', folder: values.dataDir }
  for (const server of values.etcdServers) {
    if (!/^https?:\/\/[^/\s]+$/.test(server.replace(/\/$/, '')))
      throw wrong('etcd-servers', server, 'it takes URLs, as in http://127.0.0.1:2379')
  }
  return {
    kind: 'etcd',
    servers: values.etcdServers.map((server) => server.replace(/\/$/, '')),
    caFile: values.etcdCafile,
    certFile: values.etcdCertfile,
    keyFile: values.etcdKeyfile,
  }
}

function tokenWebhook(values: ApiServerValues): TokenWebhookSettings {
  const version = values.tokenWebhookVersion
  if (version !== 'v1' && version !== 'v1beta1') {
    throw new FlagError(
      `unsupported authentication webhook version ${JSON.stringify(version)}, supported versions are "v1", "v1beta1"`,
    )
  }
  return { kubeconfig: values.tokenWebhookConfigFile, version, keptMs: values.tokenWebhookCacheTtl }
}

function proxySettings(values: ApiServerValues): ProxySettings {
  const lower = (names: readonly string[]) => names.map((name) => name.trim().toLowerCase())
  return {
    caFile: values.requestheaderClientCaFile,
    headers: {
      allowedNames: values.requestheaderAllowedNames,
      username: lower(values.requestheaderUsernameHeaders),
      uid: lower(values.requestheaderUidHeaders),
      group: lower(values.requestheaderGroupHeaders),
      extraPrefixes: lower(values.requestheaderExtraPrefixes),
    },
  }
}

function switches(config: Readonly<Record<string, string>>): Record<string, boolean> {
  return Object.fromEntries(
    Object.entries(config).map(([name, text]) => {
      if (text !== 'true' && text !== 'false')
        throw wrong('runtime-config', `${name}=${text}`, 'it takes true or false')
      return [name, text === 'true']
    }),
  )
}
