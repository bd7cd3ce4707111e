import type { Client } from '#client'
import { kubernetesVersion } from '#base/kubernetes-version'
import {
  architecture,
  defaultThresholds,
  type NodeOptions,
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
  readonly arePodsHealthy: () => boolean
  readonly tell: NonNullable<NodeOptions['tell']>
}

const podFault = 'PLEG is not healthy: the container runtime was not listed in the last 3m0s'

/** What keeps the Node object of a kubelet true. */
export function nodeOptions(
  settings: KubeletSettings,
  { clock, random, log }: KubeletHost,
  client: Client,
  found: NodeFindings,
): NodeOptions {
  const { statusMs, leaseMs, compat } = settings
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
      reserved: reservedAmounts(settings.kubeReserved, settings.systemReserved),
    },
    podFault: () => (found.arePodsHealthy() ? undefined : podFault),
    registers: settings.registerNode ?? true,
    tell: found.tell,
    ...(statusMs !== undefined && { statusMs }),
    ...(reportMs !== undefined && { reportMs }),
    ...(leaseMs !== undefined && { leaseMs }),
  }
}
