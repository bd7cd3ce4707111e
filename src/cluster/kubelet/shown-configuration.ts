import { showDuration } from '#base/flags'
import { type KubeletSettings, podsMaxDefault } from './options.ts'

/** The settings as /configz shows them, in upstream's names; no secrets. */
export function shownConfiguration(settings: KubeletSettings): Record<string, unknown> {
  return {
    staticPodPath: settings.manifestPath,
    address: settings.server?.address,
    port: settings.server?.port,
    authentication: { anonymous: { enabled: settings.anonymousAuth ?? false } },
    healthzBindAddress: settings.healthz?.address,
    healthzPort: settings.healthz?.port,
    clusterDomain: settings.clusterDomain ?? 'cluster.local',
    clusterDNS: settings.clusterDNS ?? [],
    nodeStatusUpdateFrequency: showDuration(settings.statusMs ?? 10_000),
    nodeStatusReportFrequency: showDuration(settings.reportMs ?? 300_000),
    maxPods: settings.podsMax ?? podsMaxDefault,
    resolvConf: settings.resolvConf ?? '/etc/resolv.conf',
    serializeImagePulls: settings.serializeImagePulls ?? true,
    evictionHard: settings.evictionHard,
    cgroupDriver: settings.cgroupDriver ?? 'cgroupfs',
    cgroupRoot: settings.cgroupRoot,
    cgroupsPerQOS: settings.cgroupsPerQos ?? true,
    enforceNodeAllocatable: (settings.enforcesAllocatable ?? true) ? ['pods'] : ['none'],
    kubeReserved: settings.kubeReserved,
    systemReserved: settings.systemReserved,
    podPidsLimit: settings.podPidsMax ?? -1,
    allowedUnsafeSysctls: settings.allowedUnsafeSysctls,
    seccompDefault: settings.seccompDefault ?? false,
    registerNode: settings.registerNode ?? true,
    podLogsDir: settings.podLogsDir ?? '/var/log/pods',
    containerRuntimeEndpoint: settings.runtimeEndpoint,
  }
}
