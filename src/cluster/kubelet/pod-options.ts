import {
  allocatable,
  cpuSharesOf,
  defaultThresholds,
  forPods,
  type MachineReadings,
  parseThresholds,
  type PodManagerOptions,
  type PodSource,
  reservationFault,
  reservedAmounts,
  type Runtime,
} from '#kubelet'
import { type KubeletHost, type KubeletSettings, podsMaxDefault } from './options.ts'

/** What a kubelet finds out before it runs pods. */
export interface PodFindings {
  readonly name: string
  readonly rootDir: string
  readonly addresses: readonly string[]
  readonly runtime: Runtime
  /** Why a pod is not taken now, if so. */
  readonly rejection?: PodManagerOptions['rejection']
}

/** How much pods may use, and how they are held to it. @throws Error when more is reserved than there is */
function shares(settings: KubeletSettings, machine: MachineReadings) {
  const { evictionHard = defaultThresholds, compat, kubeReserved, systemReserved } = settings
  const reserved = reservedAmounts(kubeReserved, systemReserved)
  const thresholds = parseThresholds(compat === 'v1.3' ? {} : evictionHard)
  const fault = reservationFault(machine, reserved, thresholds)
  if (fault !== undefined) throw new Error(fault)
  const enforced = (settings.enforcesAllocatable ?? true) ? reserved : reservedAmounts()
  const limits = forPods(machine, enforced)
  return {
    allocatable: allocatable(machine, reserved, thresholds),
    allPods: {
      cpuShares: cpuSharesOf(limits.cpuMilli),
      memoryBytes: limits.memoryBytes,
      ...(Number.isFinite(limits.pids) && { pids: limits.pids }),
    },
  }
}

/** What the pod part of a kubelet is given. */
export function podManagerOptions(
  settings: KubeletSettings,
  { clock, random, log }: KubeletHost,
  { name, rootDir, addresses, runtime, rejection }: PodFindings,
  machine: MachineReadings,
): PodManagerOptions {
  const share = shares(settings, machine)
  const { cgroupRoot, cgroupDriver = 'cgroupfs', podPidsMax = 0 } = settings
  const sources: PodSource[] = []
  if (settings.client) sources.push('api')
  if (settings.manifestPath !== undefined) sources.push('file')
  if (settings.manifestUrl !== undefined) sources.push('http')
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
        cpuMilli: share.allocatable.cpuMilli,
        memoryBytes: share.allocatable.memoryBytes,
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
    ...(settings.pullsMax !== undefined && { pullsMax: settings.pullsMax }),
    ...(rejection && { rejection }),
    ...(cgroupRoot !== undefined && { cgroupParent: cgroupRoot }),
    ...((settings.cgroupsPerQos ?? true) && {
      cgroups: { driver: cgroupDriver, root: cgroupRoot ?? '/', allPods: share.allPods, podPidsMax },
    }),
    allowedUnsafeSysctls: settings.allowedUnsafeSysctls ?? [],
    seccompDefault: settings.seccompDefault ?? false,
  }
}
