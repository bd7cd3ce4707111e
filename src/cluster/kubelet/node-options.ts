import type { Client } from '#client'
import { showDuration } from '#base/flags'
import { kubernetesVersion } from '#base/kubernetes-version'
import {
  architecture,
  defaultThresholds,
  type NodeOptions,
  type PodManager,
  parseThresholds,
  readMachine,
  readRuntime,
  reservedAmounts,
  type Runtime,
} from '#kubelet'
import { type KubeletHost, type KubeletSettings, podsMaxDefault } from './options.ts'

/** What a kubelet finds out before it tells of its node. */
export interface NodeFindings {
  readonly name: string
  readonly rootDir: string
  readonly addresses: readonly string[]
  /** The port of the kubelet's server. */
  readonly port: number
  readonly runtime: Runtime
  readonly pods: Pick<PodManager, 'isHealthy' | 'listedAgoMs' | 'volumesInUse'>
  /** Why the node is not ready on account of its shutdown. */
  readonly shutdownFault: () => string | undefined
  readonly pressure: NonNullable<NodeOptions['pressure']>
  /** Calls its listener when the status is to be told at once. */
  readonly onChange: NonNullable<NodeOptions['onChange']>
  readonly tell: NonNullable<NodeOptions['tell']>
}

/** Why pods cannot be looked after: the runtime has not listed them for too long. */
export function podFault(pods: Pick<PodManager, 'isHealthy' | 'listedAgoMs'>): string | undefined {
  if (pods.isHealthy()) return undefined
  const agoMs = pods.listedAgoMs()
  return agoMs === undefined
    ? 'PLEG is not healthy: pleg has yet to be successful'
    : `PLEG is not healthy: pleg was last seen active ${showDuration(agoMs)} ago; threshold is 3m0s`
}

/** What keeps the Node object of a kubelet true. */
export function nodeOptions(
  settings: KubeletSettings,
  { clock, random, log }: KubeletHost,
  client: Client,
  found: NodeFindings,
): NodeOptions {
  const { statusMs, leaseMs, leaseSeconds, compat, providerId, imagesMax } = settings
  // Before there were leases, the status itself was the heartbeat and was written at every look.
  const reportMs = settings.reportMs ?? (compat === 'v1.3' ? 0 : undefined)
  return {
    client,
    clock,
    random,
    log,
    identity: {
      name: found.name,
      hostname: found.name,
      architecture,
      operatingSystem: process.platform,
      labels: settings.nodeLabels ?? {},
      taints: settings.taints ?? [],
      compat: settings.compat,
      ...(providerId !== undefined && { providerId }),
      ...(settings.cloudProvider === 'external' && { cloudAddress: found.addresses.join(',') }),
    },
    readMachine: () => readMachine(found.rootDir),
    readRuntime: (signal) => readRuntime(found.runtime, clock, signal),
    fixed: {
      addresses: found.addresses,
      port: found.port,
      podsMax: settings.podsMax ?? podsMaxDefault,
      kubeletVersion: kubernetesVersion.gitVersion,
      thresholds: parseThresholds(settings.evictionHard ?? defaultThresholds),
      ...(imagesMax !== undefined && { imagesMax }),
      reserved: reservedAmounts(settings.kubeReserved, settings.systemReserved),
    },
    podFault: () => podFault(found.pods),
    shutdownFault: found.shutdownFault,
    pressure: found.pressure,
    volumesInUse: () => found.pods.volumesInUse(),
    onChange: found.onChange,
    registers: settings.registerNode ?? true,
    tell: found.tell,
    ...(statusMs !== undefined && { statusMs }),
    ...(reportMs !== undefined && { reportMs }),
    ...(leaseMs !== undefined && { leaseMs }),
    ...(leaseSeconds !== undefined && { leaseSeconds }),
  }
}
