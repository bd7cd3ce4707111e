import {
  amountOf,
  defaultThresholds,
  parseThresholds,
  type PodManagerOptions,
  type PodSource,
  type Runtime,
} from '#kubelet'
import { type KubeletHost, type KubeletSettings, podsMaxDefault } from './options.ts'

/** What a kubelet finds out before it runs pods. */
export interface PodFindings {
  readonly name: string
  readonly rootDir: string
  readonly addresses: readonly string[]
  readonly runtime: Runtime
}

/** What is kept of the memory, so that the node comes under pressure before it runs out; as its Node object says. */
function kept({ evictionHard = defaultThresholds, compat }: KubeletSettings, memoryBytes: number): number {
  if (compat === 'v1.3') return 0
  return amountOf(parseThresholds(evictionHard)['memory.available'], memoryBytes)
}

/** What the pod part of a kubelet is given. */
export function podManagerOptions(
  settings: KubeletSettings,
  { clock, random, log }: KubeletHost,
  { name, rootDir, addresses, runtime }: PodFindings,
  machine: { readonly cpus: number; readonly memoryBytes: number },
): PodManagerOptions {
  const sources: PodSource[] = []
  if (settings.client) sources.push('api')
  if (settings.manifestPath !== undefined) sources.push('file')
  return {
    runtime,
    client: settings.client,
    clock,
    random,
    log,
    node: {
      name,
      hostIPs: addresses,
      capacity: { cpuMilli: machine.cpus * 1000, memoryBytes: machine.memoryBytes },
      allocatable: {
        cpuMilli: machine.cpus * 1000,
        memoryBytes: machine.memoryBytes - kept(settings, machine.memoryBytes),
        pods: settings.podsMax ?? podsMaxDefault,
      },
      clusterDNS: settings.clusterDNS ?? [],
      clusterDomain: settings.clusterDomain ?? 'cluster.local',
    },
    rootDir,
    podLogsDir: settings.podLogsDir ?? '/var/log/pods',
    resolvConf: settings.resolvConf ?? '/etc/resolv.conf',
    sources,
    ...(settings.syncMs !== undefined && { syncMs: settings.syncMs }),
    serializeImagePulls: settings.serializeImagePulls ?? true,
    ...(settings.cgroupRoot !== undefined && { cgroupParent: settings.cgroupRoot }),
  }
}
