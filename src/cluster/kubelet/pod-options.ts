import type { PodManagerOptions, PodSource, Runtime } from '#kubelet'
import type { KubeletHost, KubeletSettings } from './options.ts'

/** What a kubelet finds out before it runs pods. */
export interface PodFindings {
  readonly name: string
  readonly rootDir: string
  readonly addresses: readonly string[]
  readonly runtime: Runtime
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
      clusterDNS: settings.clusterDNS ?? [],
      clusterDomain: settings.clusterDomain ?? 'cluster.local',
    },
    rootDir,
    podLogsDir: settings.podLogsDir ?? '/var/log/pods',
    resolvConf: settings.resolvConf ?? '/etc/resolv.conf',
    sources,
    serializeImagePulls: settings.serializeImagePulls ?? true,
    ...(settings.cgroupRoot !== undefined && { cgroupParent: settings.cgroupRoot }),
  }
}
