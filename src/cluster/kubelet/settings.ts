import { isIP } from 'node:net'
import { cpus } from 'node:os'
import { FlagError, type Values } from '#base/flags'
import { parseQuantity, quantityValue } from '#base/quantity'
import { type HttpTransportOptions, createClient, httpTransport } from '#client'
import type { Taint } from '#kinds/gen/core-v1'
import {
  type LogLimits,
  nodeLabelsFault,
  parseThresholds,
  type Reservation,
  reservable,
  shutdownGroups,
  sysctlFault,
} from '#kubelet'
import type { Files, LogReader } from '../apiserver/options.ts'
import { evictionSettings } from './eviction-flags.ts'
import type { kubeletFlags } from './flags.ts'
import { transportFromKubeconfig } from './kubeconfig.ts'
import type { KubeletSettings } from './options.ts'

type KubeletValues = Values<typeof kubeletFlags>

/** What the machine adds to the flags. */
export interface KubeletContext {
  readonly files: Files
  readonly readLogs: LogReader
  readonly userAgent: string
}

/** Turns the flags of kubelet into settings. @throws FlagError for values that cannot be right, saying what is. */
export async function kubeletSettingsFromFlags(
  values: KubeletValues,
  { files, readLogs, userAgent }: KubeletContext,
): Promise<KubeletSettings> {
  checkPair(values)
  const isOwn = values.bootstrapKubeconfig !== '' || (values.rotateCertificates && values.kubeconfig !== '')
  if (values.bootstrapKubeconfig !== '' && values.kubeconfig === '')
    throw new FlagError('--bootstrap-kubeconfig needs --kubeconfig, the file to write')
  const api = isOwn ? undefined : await apiServer(values, files)
  if (!api && !isOwn && values.podManifestPath === '' && values.manifestUrl === '')
    throw new FlagError(
      'there is nothing to run: give --kubeconfig, --api-servers, --pod-manifest-path or --manifest-url',
    )
  const readTls = () => tlsFiles(values, files)
  return {
    ...(api && { client: createClient(httpTransport({ ...api, headers: { 'user-agent': userAgent } })) }),
    ...(isOwn && {
      identity: {
        kubeconfig: values.kubeconfig,
        bootstrapKubeconfig: values.bootstrapKubeconfig,
        rotates: values.rotateCertificates,
        userAgent,
      },
    }),
    ...(values.rotateServerCertificates && { rotatesServerCertificates: true }),
    ...nodeSettings(values),
    ...podSettings(values),
    ...(values.enableServer && port('server', 'port', values.port, 'address', values.address)),
    ...(!values.enableDebuggingHandlers && { servesDebugging: false }),
    ...port('healthz', 'healthz-port', values.healthzPort, 'healthz-bind-address', values.healthzBindAddress),
    ...(values.certDir !== '' && { certDir: values.certDir }),
    ...port('readOnly', 'read-only-port', values.readOnlyPort, 'address', values.address),
    ...(await readTls()),
    ...((values.tlsCertFile !== '' || values.clientCaFile !== '') && { readTls }),
    logLimits: logLimits(values),
    anonymousAuth: values.anonymousAuth,
    authorization: oneOf('authorization-mode', values.authorizationMode, [
      'Administrators',
      'Webhook',
      'AlwaysAllow',
    ]),
    reviews: reviewSettings(values),
    logCheckMs: values.containerLogMonitorInterval,
    ...(values.enableSystemLogHandler && { readLogs }),
    ...demands(values),
    ...evictionSettings(values),
    ...shutdown(values),
  }
}

function demands({ failSwapOn, failCgroupv1: failCgroupV1, protectKernelDefaults }: KubeletValues) {
  const asked = { failSwapOn, failCgroupV1, protectKernelDefaults }
  return failSwapOn || failCgroupV1 || protectKernelDefaults ? { demands: asked } : {}
}

function shutdown(values: KubeletValues) {
  const { shutdownGracePeriod, shutdownGracePeriodCriticalPods, shutdownGracePeriodByPodPriority } = values
  const groups =
    shutdownGracePeriodByPodPriority === ''
      ? shutdownGroups(shutdownGracePeriod, shutdownGracePeriodCriticalPods)
      : (JSON.parse(shutdownGracePeriodByPodPriority) as PriorityGrace[]).map(
          ({ priority, shutdownGracePeriodSeconds: seconds }) => ({ priority, seconds }),
        )
  return groups.length > 0 ? { shutdownGroups: groups } : {}
}

interface PriorityGrace {
  readonly priority: number
  readonly shutdownGracePeriodSeconds: number
}

const reviewSettings = (values: KubeletValues) => ({
  tokens: values.authenticationTokenWebhook,
  tokenMs: values.authenticationTokenWebhookCacheTtl,
  allowedMs: values.authorizationWebhookCacheAuthorizedTtl,
  deniedMs: values.authorizationWebhookCacheUnauthorizedTtl,
})

async function tlsFiles(values: KubeletValues, files: Files) {
  const clientCa = await textOf(values.clientCaFile, files)
  const certificate = await textOf(values.tlsCertFile, files)
  const key = await textOf(values.tlsPrivateKeyFile, files)
  return {
    ...(certificate !== undefined && key !== undefined && { tls: { certificate, key } }),
    ...(clientCa !== undefined && { clientCa }),
  }
}

function nodeSettings(values: KubeletValues) {
  for (const ip of values.nodeIp) if (isIP(ip) === 0) throw wrong('node-ip', ip, 'it takes IP addresses')
  const fault = nodeLabelsFault(Object.keys(values.nodeLabels))
  if (fault !== undefined) throw new FlagError(fault)
  const name = values.hostnameOverride.trim().toLowerCase()
  return {
    ...(name !== '' && { nodeName: name }),
    registerNode: values.registerNode,
    nodeIPs: values.nodeIp,
    nodeLabels: values.nodeLabels,
    taints: values.registerWithTaints.map(taintOf),
    ...(values.cloudProvider !== '' && {
      cloudProvider: oneOf('cloud-provider', values.cloudProvider, ['external']),
    }),
    statusMs: atLeastOne('node-status-update-frequency', values.nodeStatusUpdateFrequency),
    ...(values.nodeStatusReportFrequency > 0 && { reportMs: values.nodeStatusReportFrequency }),
    leaseSeconds: atLeastOne('node-lease-duration-seconds', values.nodeLeaseDurationSeconds),
    imagesMax: values.nodeStatusMaxImages,
    ...(values.providerId !== '' && { providerId: values.providerId }),
    podsMax: podsMax(values),
    kubeReserved: reservation('kube-reserved', values.kubeReserved),
    systemReserved: reservation('system-reserved', values.systemReserved),
    enforcesAllocatable: enforcesAllocatable(values.enforceNodeAllocatable),
    ...(values.evictionHard.length > 0 && { evictionHard: thresholds(values.evictionHard) }),
    ...(values.compat !== '' && { compat: oneOf('compat', values.compat, ['v1.3']) }),
  }
}

/** For all CPUs together it is no more than --max-pods. */
function podsMax({ maxPods, podsPerCore }: KubeletValues): number {
  const most = atLeastOne('max-pods', maxPods)
  return podsPerCore > 0 ? Math.min(most, podsPerCore * cpus().length) : most
}

function podSettings(values: KubeletValues) {
  for (const ip of values.clusterDns)
    if (isIP(ip) === 0) throw wrong('cluster-dns', ip, 'it takes IP addresses')
  const driver = oneOf('cgroup-driver', values.cgroupDriver, ['cgroupfs', 'systemd'])
  if (driver === 'systemd' && values.cgroupRoot !== '' && !values.cgroupRoot.endsWith('.slice'))
    throw wrong('cgroup-root', values.cgroupRoot, 'with the systemd driver it takes the name of a slice')
  return {
    runtimeEndpoint: endpoint(values.containerRuntimeEndpoint),
    rootDir: values.rootDir,
    podLogsDir: values.podLogsDir,
    ...(values.podManifestPath !== '' && { manifestPath: values.podManifestPath }),
    ...manifestUrl(values),
    manifestCheckMs: atLeastOne('file-check-frequency', values.fileCheckFrequency),
    syncMs: atLeastOne('sync-frequency', values.syncFrequency),
    clusterDNS: values.clusterDns,
    clusterDomain: values.clusterDomain,
    resolvConf: values.resolvConf,
    serializeImagePulls: values.serializeImagePulls,
    ...(values.maxParallelImagePulls > 0 && { pullsMax: values.maxParallelImagePulls }),
    ...(values.cgroupRoot !== '' && { cgroupRoot: values.cgroupRoot }),
    cgroupDriver: driver,
    cgroupsPerQos: values.cgroupsPerQos,
    podPidsMax: values.podMaxPids,
    allowedUnsafeSysctls: sysctls(values.allowedUnsafeSysctls),
    seccompDefault: values.seccompDefault,
  }
}

function manifestUrl({ manifestUrl: url, manifestUrlHeader, httpCheckFrequency }: KubeletValues) {
  if (url === '') return {}
  if (!/^https?:\/\/[^/\s]+/.test(url)) throw wrong('manifest-url', url, 'it takes a URL of http or https')
  const headers = manifestUrlHeader.map((text): [string, string] => {
    const at = text.indexOf(':')
    if (at < 1) throw wrong('manifest-url-header', text, 'malformed pair, expect string:string')
    return [text.slice(0, at), text.slice(at + 1)]
  })
  return { manifestUrl: { url, headers, checkMs: atLeastOne('http-check-frequency', httpCheckFrequency) } }
}

async function apiServer(values: KubeletValues, files: Files): Promise<HttpTransportOptions | undefined> {
  const [first] = values.apiServers
  if (values.kubeconfig !== '' && first !== undefined)
    throw new FlagError('--kubeconfig and --api-servers both say where the API server is: give one')
  if (values.kubeconfig !== '') return transportFromKubeconfig(values.kubeconfig, files)
  if (first === undefined) return undefined
  const server = first.includes('://') ? first : `http://${first}`
  if (!/^https?:\/\/[^/\s]+\/?$/.test(server))
    throw wrong('api-servers', first, 'it takes URLs, as in http://127.0.0.1:8080')
  return { server }
}

const wrong = (name: string, value: unknown, why: string) =>
  new FlagError(`invalid argument ${JSON.stringify(String(value))} for "--${name}" flag: ${why}`)

function atLeastOne(name: string, value: number): number {
  if (value < 1) throw wrong(name, value, 'must be greater than 0')
  return value
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value)
  if (found === undefined) throw wrong(name, value, `known are ${known.join(', ')}`)
  return found
}

function checkPair({ tlsCertFile, tlsPrivateKeyFile }: KubeletValues): void {
  if ((tlsCertFile === '') !== (tlsPrivateKeyFile === ''))
    throw new FlagError('--tls-cert-file and --tls-private-key-file belong together: give both or neither')
}

function port<Name extends 'server' | 'healthz' | 'readOnly'>(
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

function endpoint(text: string): string {
  if (!/^(unix:\/\/)?\/./.test(text))
    throw wrong(
      'container-runtime-endpoint',
      text,
      'it takes a socket, as in unix:///run/containerd/containerd.sock',
    )
  return text
}

function logLimits({ containerLogMaxSize, containerLogMaxFiles }: KubeletValues): LogLimits {
  const size = parseQuantity(containerLogMaxSize)
  const bytesMax = size ? quantityValue(size) : 0
  if (bytesMax < 1)
    throw wrong('container-log-max-size', containerLogMaxSize, 'it takes a quantity, as in 10Mi')
  if (containerLogMaxFiles < 2)
    throw wrong('container-log-max-files', containerLogMaxFiles, 'must be at least 2')
  return { bytesMax, filesMax: containerLogMaxFiles }
}

function reservation(flagName: string, texts: Reservation): Reservation {
  for (const [name, text] of Object.entries(texts)) {
    const quantity = parseQuantity(text)
    if (!reservable.includes(name))
      throw wrong(flagName, `${name}=${text}`, `cannot reserve "${name}" resource`)
    if (!quantity || quantityValue(quantity) < 0)
      throw wrong(flagName, `${name}=${text}`, 'it takes quantities that are not negative')
  }
  return texts
}

function enforcesAllocatable(names: readonly string[]): boolean {
  const [name = 'none', more] = names
  if (more !== undefined) throw wrong('enforce-node-allocatable', names.join(','), 'give one: pods or none')
  return oneOf('enforce-node-allocatable', name, ['pods', 'none']) === 'pods'
}

function sysctls(patterns: readonly string[]): readonly string[] {
  const fault = patterns.map(sysctlFault).find((one) => one !== undefined)
  if (fault !== undefined) throw wrong('allowed-unsafe-sysctls', patterns.join(','), fault)
  return patterns
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** A taint as written on a command line: key=value:effect. @throws FlagError */
export function taintOf(text: string): Taint {
  const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? []
  if (key === undefined || effect === undefined || !effects.includes(effect))
    throw wrong(
      'register-with-taints',
      text,
      `it takes key=value:effect with an effect of ${effects.join(', ')}`,
    )
  return { key, ...(value !== undefined && value !== '' && { value }), effect }
}

function thresholds(texts: readonly string[]): Record<string, string> {
  const read: Record<string, string> = {}
  for (const text of texts) {
    const [, signal, amount] = /^([^<]+)<(.+)$/.exec(text) ?? []
    if (signal === undefined || amount === undefined)
      throw wrong('eviction-hard', text, 'it takes signal<amount, as in memory.available<100Mi')
    read[signal] = amount
  }
  try {
    parseThresholds(read)
  } catch (error) {
    throw wrong('eviction-hard', texts.join(','), (error as Error).message)
  }
  return read
}

async function textOf(path: string, files: Files): Promise<string | undefined> {
  if (path === '') return undefined
  const bytes = await files.read(path)
  if (bytes === undefined) throw new Error(`open ${path}: no such file or directory`)
  return Buffer.from(bytes).toString()
}
