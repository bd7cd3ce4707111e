import { parseYaml } from '#apiserver'
import { FlagError, parseFlags } from '#base/flags'
import type { Files } from '../apiserver/options.ts'
import { kubeletFlags } from './flags.ts'

/** The flag that says the same as a field of KubeletConfiguration. */
const flagOf: Readonly<Record<string, string>> = {
  staticPodPath: 'pod-manifest-path',
  fileCheckFrequency: 'file-check-frequency',
  syncFrequency: 'sync-frequency',
  address: 'address',
  port: 'port',
  healthzBindAddress: 'healthz-bind-address',
  healthzPort: 'healthz-port',
  tlsCertFile: 'tls-cert-file',
  tlsPrivateKeyFile: 'tls-private-key-file',
  'authentication.anonymous.enabled': 'anonymous-auth',
  'authentication.x509.clientCAFile': 'client-ca-file',
  'authentication.webhook.enabled': 'authentication-token-webhook',
  'authentication.webhook.cacheTTL': 'authentication-token-webhook-cache-ttl',
  'authorization.mode': 'authorization-mode',
  'authorization.webhook.cacheAuthorizedTTL': 'authorization-webhook-cache-authorized-ttl',
  'authorization.webhook.cacheUnauthorizedTTL': 'authorization-webhook-cache-unauthorized-ttl',
  readOnlyPort: 'read-only-port',
  rotateCertificates: 'rotate-certificates',
  serverTLSBootstrap: 'rotate-server-certificates',
  clusterDNS: 'cluster-dns',
  clusterDomain: 'cluster-domain',
  resolvConf: 'resolv-conf',
  maxPods: 'max-pods',
  nodeStatusUpdateFrequency: 'node-status-update-frequency',
  registerNode: 'register-node',
  cgroupDriver: 'cgroup-driver',
  cgroupRoot: 'cgroup-root',
  cgroupsPerQOS: 'cgroups-per-qos',
  enforceNodeAllocatable: 'enforce-node-allocatable',
  podPidsLimit: 'pod-max-pids',
  allowedUnsafeSysctls: 'allowed-unsafe-sysctls',
  seccompDefault: 'seccomp-default',
  serializeImagePulls: 'serialize-image-pulls',
  containerLogMaxSize: 'container-log-max-size',
  containerLogMaxFiles: 'container-log-max-files',
  containerRuntimeEndpoint: 'container-runtime-endpoint',
  podLogsDir: 'pod-logs-dir',
}

/**
 * Reads a command line together with the file that its --config names: what the file says holds where no flag says
 * otherwise. @throws FlagError naming what is wrong.
 */
export async function parseKubeletFlags(argv: readonly string[], files: Files) {
  const parsed = parseFlags(kubeletFlags, argv)
  const { config } = parsed.values
  if (config === '' || parsed.values.help || parsed.values.version) return parsed
  const bytes = await files.read(config)
  if (!bytes)
    throw new FlagError(`failed to load kubelet config file, path: ${config}: no such file or directory`)
  const fromFile = configArguments(Buffer.from(bytes).toString(), config).filter(
    ([name]) => !parsed.given.has(name),
  )
  return parseFlags(kubeletFlags, [...fromFile.map(([name, value]) => `--${name}=${value}`), ...argv])
}

/** What a KubeletConfiguration says, as names and values of flags. @throws FlagError for what it must not say. */
export function configArguments(text: string, path: string): [name: string, value: string][] {
  const wrong = (why: string) => new FlagError(`failed to load kubelet config file, path: ${path}: ${why}`)
  const config = readMapping(text, wrong)
  const { apiVersion, kind, evictionHard, kubeReserved, systemReserved, ...fields } = config
  if (apiVersion !== 'kubelet.config.k8s.io/v1beta1' || kind !== 'KubeletConfiguration')
    throw wrong('it must be of kind KubeletConfiguration, kubelet.config.k8s.io/v1beta1')
  const leaves = [...leavesOf(fields, '')]
  const unknown = leaves.find(([name]) => flagOf[name] === undefined)
  if (unknown) throw wrong(`unknown field ${JSON.stringify(unknown[0])}`)
  return [
    ...leaves.map(([name, value]): [string, string] => [flagOf[name] as string, String(value)]),
    ...pairs('eviction-hard', evictionHard, '<'),
    ...pairs('kube-reserved', kubeReserved, '='),
    ...pairs('system-reserved', systemReserved, '='),
  ]
}

/** A mapping as the one flag that says the same; nothing for an empty one. */
function pairs(flagName: string, mapping: unknown, sign: string): [name: string, value: string][] {
  const texts = Object.entries((mapping ?? {}) as object).map(([name, amount]) => `${name}${sign}${amount}`)
  return texts.length > 0 ? [[flagName, texts.join(',')]] : []
}

function readMapping(text: string, wrong: (why: string) => FlagError): Record<string, unknown> {
  try {
    const value = parseYaml(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (error) {
    throw wrong((error as Error).message)
  }
  throw wrong('it is no mapping')
}

/** Every value of a tree that is no tree itself, by the path to it; lists as their members joined. */
function* leavesOf(tree: object, prefix: string): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(tree)) {
    const path = `${prefix}${name}`
    if (value === null) continue
    if (Array.isArray(value)) yield [path, value.join(',')]
    else if (typeof value === 'object') yield* leavesOf(value as object, `${path}.`)
    else yield [path, value]
  }
}
