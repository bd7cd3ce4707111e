import { showDuration } from '#base/flags'
import { type KubeletSettings, podsMaxDefault } from './options.ts'

const shown = (ms: number | undefined, otherwise: number) => showDuration(ms ?? otherwise)
const second = 1000
const minute = 60 * second

/** The settings as /configz shows them, in upstream's names and order, with what is always so; no secrets. */
export function shownConfiguration(settings: KubeletSettings): Record<string, unknown> {
  return { ...serverPart(settings), ...nodePart(settings), ...podPart(settings), ...lifePart(settings) }
}

function serverPart(settings: KubeletSettings) {
  const { server, healthz, readOnly, reviews, manifestUrl, authorization } = settings
  return {
    enableServer: server !== undefined,
    staticPodPath: settings.manifestPath,
    podLogsDir: settings.podLogsDir ?? '/var/log/pods',
    syncFrequency: shown(settings.syncMs, minute),
    fileCheckFrequency: shown(settings.manifestCheckMs, 20 * second),
    httpCheckFrequency: shown(manifestUrl?.checkMs, 20 * second),
    staticPodURL: manifestUrl?.url,
    address: server?.address,
    port: server?.port,
    readOnlyPort: readOnly?.port,
    tlsMinVersion: 'VersionTLS12',
    rotateCertificates: settings.identity?.rotates,
    serverTLSBootstrap: settings.rotatesServerCertificates,
    authentication: {
      x509: {},
      webhook: { enabled: reviews?.tokens ?? true, cacheTTL: shown(reviews?.tokenMs, 2 * minute) },
      anonymous: { enabled: settings.anonymousAuth ?? false },
    },
    authorization: {
      mode: authorization ?? 'Administrators',
      webhook: {
        cacheAuthorizedTTL: shown(reviews?.allowedMs, 5 * minute),
        cacheUnauthorizedTTL: shown(reviews?.deniedMs, 30 * second),
      },
    },
    imagePullCredentialsVerificationPolicy: 'NeverVerify',
    enableDebuggingHandlers: settings.servesDebugging ?? true,
    healthzPort: healthz?.port ?? 0,
    healthzBindAddress: healthz?.address,
  }
}

function nodePart(settings: KubeletSettings) {
  return {
    clusterDomain: settings.clusterDomain ?? 'cluster.local',
    clusterDNS: settings.clusterDNS ?? [],
    nodeStatusUpdateFrequency: shown(settings.statusMs, 10 * second),
    nodeStatusReportFrequency: shown(settings.reportMs, 5 * minute),
    nodeLeaseDurationSeconds: settings.leaseSeconds ?? 40,
    cgroupRoot: settings.cgroupRoot,
    cgroupsPerQOS: settings.cgroupsPerQos ?? true,
    cgroupDriver: settings.cgroupDriver ?? 'cgroupfs',
    cpuManagerPolicy: 'none',
    memoryManagerPolicy: 'None',
    topologyManagerPolicy: 'none',
    topologyManagerScope: 'container',
    runtimeRequestTimeout: shown(undefined, 2 * minute),
    maxPods: settings.podsMax ?? podsMaxDefault,
    podPidsLimit: settings.podPidsMax ?? -1,
    resolvConf: settings.resolvConf ?? '/etc/resolv.conf',
    cpuCFSQuota: true,
    cpuCFSQuotaPeriod: '100ms',
    nodeStatusMaxImages: settings.imagesMax ?? 50,
  }
}

function podPart(settings: KubeletSettings) {
  const { demands, logLimits } = settings
  return {
    contentType: 'application/json',
    serializeImagePulls: settings.serializeImagePulls ?? true,
    maxParallelImagePulls: settings.pullsMax,
    evictionHard: settings.evictionHard,
    evictionSoft: settings.evictionSoft,
    evictionSoftGracePeriod: graces(settings.evictionSoftGraceMs),
    evictionPressureTransitionPeriod: shown(settings.evictionTransitionMs, 5 * minute),
    evictionMaxPodGracePeriod: settings.evictionGraceSecondsMax,
    evictionMinimumReclaim: settings.evictionMinimumReclaim,
    enableControllerAttachDetach: true,
    protectKernelDefaults: demands?.protectKernelDefaults,
    makeIPTablesUtilChains: false,
    failSwapOn: demands?.failSwapOn ?? false,
    memorySwap: { swapBehavior: 'NoSwap' },
    containerLogMaxSize: logLimits && String(logLimits.bytesMax),
    containerLogMaxFiles: logLimits?.filesMax,
    containerLogMaxWorkers: 1,
    containerLogMonitorInterval: shown(settings.logCheckMs, 10 * second),
    systemReserved: settings.systemReserved,
    kubeReserved: settings.kubeReserved,
    enforceNodeAllocatable: (settings.enforcesAllocatable ?? true) ? ['pods'] : ['none'],
    allowedUnsafeSysctls: settings.allowedUnsafeSysctls,
    providerID: settings.providerId,
  }
}

const graces = (bySignal: KubeletSettings['evictionSoftGraceMs']) =>
  bySignal && Object.fromEntries(Object.entries(bySignal).map(([signal, ms]) => [signal, showDuration(ms)]))

function lifePart(settings: KubeletSettings) {
  return {
    logging: { format: 'text' },
    enableSystemLogHandler: settings.readLogs !== undefined,
    enableSystemLogQuery: false,
    shutdownGracePeriodByPodPriority: settings.shutdownGroups?.map(({ priority, seconds }) => ({
      priority,
      shutdownGracePeriodSeconds: seconds,
    })),
    enableProfilingHandler: false,
    enableDebugFlagsHandler: false,
    seccompDefault: settings.seccompDefault ?? false,
    memoryReservationPolicy: 'None',
    registerWithTaints: settings.taints,
    registerNode: settings.registerNode ?? true,
    localStorageCapacityIsolation: true,
    containerRuntimeEndpoint: settings.runtimeEndpoint,
    failCgroupV1: settings.demands?.failCgroupV1 ?? false,
  }
}
