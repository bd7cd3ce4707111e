// What becomes of each field of KubeletConfiguration: a flag of ours carries it out, or only some values are taken.
import type { Json } from '#schema/object'

/** What is done with a field that a file sets. */
export type Treatment =
  /** A flag says the same; `show` writes the value as that flag takes it. */
  | { readonly flag: string; readonly show: (value: Json) => string }
  /** No flag: values that are the way it is anyhow are taken, others are refused or noted with the reason. */
  | {
      readonly otherwise: 'refuse' | 'warn'
      readonly fits: readonly Json[] | 'any'
      readonly why: string
    }

const shown = (value: Json): string => (value as string | number | boolean | readonly string[]).toString()

const pairs = (sign: string) => (value: Json) =>
  Object.entries(value as Record<string, string>)
    .map(([name, amount]) => `${name}${sign}${amount}`)
    .join(',')

const headers = (value: Json) =>
  Object.entries(value as Record<string, string[]>)
    .flatMap(([name, values]) => values.map((one) => `${name}:${one}`))
    .join(',')

interface TaintOfFile {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

const taints = (value: Json) =>
  (value as unknown as TaintOfFile[])
    .map(({ key, value: text, effect }) => `${key}${text ? `=${text}` : ''}:${effect}`)
    .join(',')

const by = (flag: string, show: (value: Json) => string = shown): Treatment => ({ flag, show })
const only = (fits: readonly Json[], why: string): Treatment => ({ otherwise: 'refuse', fits, why })
const noted = (fits: readonly Json[], why: string): Treatment => ({ otherwise: 'warn', fits, why })
/** Has no effect in upstream's kubelet either, or none while what it tunes is off. */
const idle: Treatment = { otherwise: 'warn', fits: 'any', why: '' }

const noCollection = 'images are not collected'
const noNuma = 'CPUs and memory are not given to containers for their own'
const noReservedCgroups = 'cgroups for what is reserved are not held'
const noProfiling = 'there is no profile to serve'
const noLimit = 'requests are not held back'
const noPlacement = 'the kubelet stays in the cgroup that it is started in'

/** By path of the field. Every field has one. */
export const treatments: Readonly<Record<string, Treatment>> = {
  enableServer: by('enable-server'),
  staticPodPath: by('pod-manifest-path'),
  podLogsDir: by('pod-logs-dir'),
  syncFrequency: by('sync-frequency'),
  fileCheckFrequency: by('file-check-frequency'),
  httpCheckFrequency: by('http-check-frequency'),
  staticPodURL: by('manifest-url'),
  staticPodURLHeader: by('manifest-url-header', headers),
  address: by('address'),
  port: by('port'),
  readOnlyPort: by('read-only-port'),
  tlsCertFile: by('tls-cert-file'),
  tlsPrivateKeyFile: by('tls-private-key-file'),
  tlsCipherSuites: only([], 'the ciphers are those of Node.js'),
  tlsCurvePreferences: only([], 'the curves are those of Node.js'),
  tlsMinVersion: only(['VersionTLS12'], 'TLS is served from 1.2 on'),
  rotateCertificates: by('rotate-certificates'),
  serverTLSBootstrap: by('rotate-server-certificates'),
  'authentication.x509.clientCAFile': by('client-ca-file'),
  'authentication.webhook.enabled': by('authentication-token-webhook'),
  'authentication.webhook.cacheTTL': by('authentication-token-webhook-cache-ttl'),
  'authentication.anonymous.enabled': by('anonymous-auth'),
  'authorization.mode': by('authorization-mode'),
  'authorization.webhook.cacheAuthorizedTTL': by('authorization-webhook-cache-authorized-ttl'),
  'authorization.webhook.cacheUnauthorizedTTL': by('authorization-webhook-cache-unauthorized-ttl'),
  registryPullQPS: noted([5, 0], noLimit),
  registryBurst: noted([10], noLimit),
  imagePullCredentialsVerificationPolicy: only(['NeverVerify'], 'every pod may use an image that is there'),
  preloadedImagesVerificationAllowlist: only([], 'every pod may use an image that is there'),
  eventRecordQPS: noted([50, 0], noLimit),
  eventBurst: noted([100], noLimit),
  enableDebuggingHandlers: by('enable-debugging-handlers'),
  enableContentionProfiling: noted([false], noProfiling),
  healthzPort: by('healthz-port'),
  healthzBindAddress: by('healthz-bind-address'),
  oomScoreAdj: noted([-999], "the kubelet's own score is set by what starts it"),
  clusterDomain: by('cluster-domain'),
  clusterDNS: by('cluster-dns'),
  streamingConnectionIdleTimeout: idle,
  nodeStatusUpdateFrequency: by('node-status-update-frequency'),
  nodeStatusReportFrequency: by('node-status-report-frequency'),
  nodeLeaseDurationSeconds: by('node-lease-duration-seconds'),
  imageMinimumGCAge: noted(['2m0s', '2m'], noCollection),
  imageMaximumGCAge: noted(['0s'], noCollection),
  imageGCHighThresholdPercent: noted([85, 100], noCollection),
  imageGCLowThresholdPercent: noted([80], noCollection),
  volumeStatsAggPeriod: noted(['1m0s', '1m'], 'volumes are measured when somebody asks'),
  kubeletCgroups: noted([], noPlacement),
  systemCgroups: noted([], noPlacement),
  cgroupRoot: by('cgroup-root'),
  cgroupsPerQOS: by('cgroups-per-qos'),
  cgroupDriver: by('cgroup-driver'),
  cpuManagerPolicy: only(['none'], noNuma),
  singleProcessOOMKill: only([], 'version 1 of cgroups ends one process, version 2 all of a container'),
  cpuManagerPolicyOptions: only([], noNuma),
  cpuManagerReconcilePeriod: idle,
  draManagerReconcilePeriod: idle,
  memoryManagerPolicy: only(['None'], noNuma),
  topologyManagerPolicy: only(['none'], noNuma),
  topologyManagerScope: only(['container'], noNuma),
  topologyManagerPolicyOptions: only([], noNuma),
  qosReserved: only([], 'memory is not reserved by quality of service'),
  runtimeRequestTimeout: noted(['2m0s', '2m'], 'the runtime has two minutes for a request'),
  hairpinMode: idle,
  maxPods: by('max-pods'),
  podCIDR: noted([], "the addresses of pods are the network plugin's"),
  podPidsLimit: by('pod-max-pids'),
  resolvConf: by('resolv-conf'),
  runOnce: only([false], 'Runonce mode has been deprecated and should not be set'),
  cpuCFSQuota: only([true], 'containers are held to their limits of CPU'),
  cpuCFSQuotaPeriod: only(['100ms'], 'requires feature gate CustomCPUCFSQuotaPeriod'),
  nodeStatusMaxImages: by('node-status-max-images'),
  maxOpenFiles: noted([1_000_000], 'the number of files is what Node.js was started with'),
  contentType: noted(
    ['application/json', 'application/vnd.kubernetes.protobuf'],
    'the kubelet talks JSON to the API server',
  ),
  kubeAPIQPS: noted([50], noLimit),
  kubeAPIBurst: noted([100], noLimit),
  serializeImagePulls: by('serialize-image-pulls'),
  maxParallelImagePulls: by('max-parallel-image-pulls'),
  evictionHard: by('eviction-hard', pairs('<')),
  evictionSoft: by('eviction-soft', pairs('<')),
  evictionSoftGracePeriod: by('eviction-soft-grace-period', pairs('=')),
  evictionPressureTransitionPeriod: by('eviction-pressure-transition-period'),
  evictionMaxPodGracePeriod: by('eviction-max-pod-grace-period'),
  evictionMinimumReclaim: by('eviction-minimum-reclaim', pairs('=')),
  mergeDefaultEvictionSettings: idle,
  podsPerCore: by('pods-per-core'),
  enableControllerAttachDetach: only([true], 'volumes are attached by a controller, not by the kubelet'),
  protectKernelDefaults: by('protect-kernel-defaults'),
  makeIPTablesUtilChains: noted([false], 'the kubelet makes no chains of iptables'),
  iptablesMasqueradeBit: idle,
  iptablesDropBit: idle,
  featureGates: noted([], 'features are as in a cluster without gates of its own'),
  failSwapOn: by('fail-swap-on'),
  'memorySwap.swapBehavior': only(['NoSwap'], 'containers have no swap'),
  containerLogMaxSize: by('container-log-max-size'),
  containerLogMaxFiles: by('container-log-max-files'),
  containerLogMaxWorkers: noted([1], 'logs are put aside one after the other'),
  containerLogMonitorInterval: by('container-log-monitor-interval'),
  configMapAndSecretChangeDetectionStrategy: noted(
    ['Get', 'Cache'],
    'files are brought in line every syncFrequency',
  ),
  systemReserved: by('system-reserved', pairs('=')),
  kubeReserved: by('kube-reserved', pairs('=')),
  reservedSystemCPUs: only([], noNuma),
  showHiddenMetricsForVersion: noted([], 'no metrics are hidden'),
  systemReservedCgroup: only([], noReservedCgroups),
  kubeReservedCgroup: only([], noReservedCgroups),
  enforceNodeAllocatable: by('enforce-node-allocatable'),
  allowedUnsafeSysctls: by('allowed-unsafe-sysctls'),
  volumePluginDir: noted(
    ['/usr/libexec/kubernetes/kubelet-plugins/volume/exec/'],
    'there are no FlexVolumes; CSI drivers register themselves',
  ),
  providerID: by('provider-id'),
  kernelMemcgNotification: noted([false], 'memory is looked at, not waited for'),
  'logging.format': noted(['text'], 'the log is text'),
  'logging.flushFrequency': idle,
  'logging.verbosity': by('v'),
  'logging.vmodule': noted([], 'verbosity is the same everywhere'),
  'logging.options': idle,
  enableSystemLogHandler: by('enable-system-log-handler'),
  enableSystemLogQuery: only([false], 'the journal is not read'),
  shutdownGracePeriod: by('shutdown-grace-period'),
  shutdownGracePeriodCriticalPods: by('shutdown-grace-period-critical-pods'),
  shutdownGracePeriodByPodPriority: by('shutdown-grace-period-by-pod-priority', JSON.stringify),
  'crashLoopBackOff.maxContainerRestartPeriod': noted(
    ['5m0s', '5m', '300s'],
    'a container waits five minutes at most',
  ),
  reservedMemory: only([], noNuma),
  enableProfilingHandler: noted([false], noProfiling),
  enableDebugFlagsHandler: noted([false], 'the verbosity of the log stays as it is'),
  seccompDefault: by('seccomp-default'),
  memoryThrottlingFactor: noted([0.9], 'memory is not throttled'),
  memoryReservationPolicy: only(['None'], 'requires MemoryQoS feature gate to be enabled'),
  registerWithTaints: by('register-with-taints', taints),
  registerNode: by('register-node'),
  'tracing.endpoint': noted([], 'there are no traces'),
  'tracing.samplingRatePerMillion': noted([0], 'there are no traces'),
  localStorageCapacityIsolation: only([true], 'sizes of volumes are always held'),
  containerRuntimeEndpoint: by('container-runtime-endpoint'),
  imageServiceEndpoint: only([], 'images are the container runtime’s'),
  failCgroupV1: by('fail-cgroupv1'),
  'userNamespaces.idsPerPod': only([65_536], 'a pod has 65,536 users'),
}
