import {
  type Flags,
  boolKind,
  durationKind,
  flag,
  intKind,
  mapKind,
  stringKind,
  stringsKind,
} from '#base/flags'
import { levelKind } from '../program/level-kind.ts'
import { fieldFlags } from './configuration/field-flags.ts'
import { evictionFlags } from './eviction-flags.ts'

const cluster = {
  apiServers: flag(
    'api-servers',
    stringsKind,
    [],
    'The API servers to take part in, by URL (http://ip:port), without credentials; the first is used. For all others there is --kubeconfig.',
  ),
  kubeconfig: flag(
    'kubeconfig',
    stringKind,
    '',
    'File that says how to reach the API server, and as whom. Without it and --api-servers the kubelet runs only the pods of --pod-manifest-path.',
  ),
  bootstrapKubeconfig: flag(
    'bootstrap-kubeconfig',
    stringKind,
    '',
    'File with which a client certificate is asked for when the one that --kubeconfig names is missing or over. The certificate goes to --cert-dir, and --kubeconfig is written.',
  ),
  rotateCertificates: flag(
    'rotate-certificates',
    boolKind,
    false,
    'Ask for a new client certificate before the one in use ends.',
  ),
} satisfies Flags

const node = {
  hostnameOverride: flag(
    'hostname-override',
    stringKind,
    '',
    "The node's name. Unset: the machine's host name.",
  ),
  registerNode: flag(
    'register-node',
    boolKind,
    true,
    'Register the node with the API server. If false, its Node object must be there.',
  ),
  nodeIp: flag(
    'node-ip',
    stringsKind,
    [],
    "The node's IP address, or two of different families, comma separated. Unset: the one with the default route.",
  ),
  nodeLabels: flag(
    'node-labels',
    mapKind,
    {},
    'Labels to add when registering the node, as key=value pairs separated by commas.',
  ),
  cloudProvider: flag(
    'cloud-provider',
    stringKind,
    '',
    "external: the cluster's cloud controller tells the rest of the node, which takes no pods until then. Unset: there is no cloud.",
  ),
  registerWithTaints: flag(
    'register-with-taints',
    stringsKind,
    [],
    'Taints to register the node with, comma separated, as key=value:effect.',
  ),
  nodeStatusUpdateFrequency: flag(
    'node-status-update-frequency',
    durationKind,
    10_000,
    'How often the state of the node is looked at. Changes are told at once, an unchanged state every five minutes.',
  ),
  nodeStatusMaxImages: flag(
    'node-status-max-images',
    intKind,
    50,
    'How many images the node tells of, the biggest ones. -1: all.',
  ),
  providerId: flag('provider-id', stringKind, '', "What the node's cloud knows it by."),
  maxPods: flag('max-pods', intKind, 110, 'How many pods may run on this node.'),
  podsPerCore: flag(
    'pods-per-core',
    intKind,
    0,
    'How many pods may run for each CPU, where that is less than --max-pods. 0: as many as those.',
  ),
  failSwapOn: flag('fail-swap-on', boolKind, false, 'Do not start while swap is on. Pods have none anyhow.'),
  failCgroupv1: flag(
    'fail-cgroupv1',
    boolKind,
    false,
    'Do not start on a machine with version 1 of cgroups.',
  ),
  protectKernelDefaults: flag(
    'protect-kernel-defaults',
    boolKind,
    false,
    'Do not start when the kernel is set otherwise than the kubelet would have it. It sets nothing itself.',
  ),
  evictionHard: flag(
    'eviction-hard',
    stringsKind,
    [],
    'How little of something may be left before the node says that it is under pressure and evicts pods, e.g. memory.available<100Mi. Unset: imagefs.available<15%,imagefs.inodesFree<5%,memory.available<100Mi,nodefs.available<10%,nodefs.inodesFree<5%.',
  ),
  kubeReserved: flag(
    'kube-reserved',
    mapKind,
    {},
    'What is kept from pods for the parts of Kubernetes, e.g. cpu=200m,memory=500Mi,ephemeral-storage=1Gi,pid=1000.',
  ),
  systemReserved: flag(
    'system-reserved',
    mapKind,
    {},
    'What is kept from pods for the rest of the system, e.g. cpu=200m,memory=500Mi,ephemeral-storage=1Gi,pid=1000.',
  ),
  enforceNodeAllocatable: flag(
    'enforce-node-allocatable',
    stringsKind,
    ['pods'],
    'Whose cgroup is held to what is not reserved: pods or none.',
  ),
  compat: flag(
    'compat',
    stringKind,
    '',
    "Tell the node's old fields of a release beside today's. Known: v1.3 (LegacyHostIP, OutOfDisk, externalID).",
  ),
} satisfies Flags

const pods = {
  podManifestPath: flag(
    'pod-manifest-path',
    stringKind,
    '',
    'Folder with the manifests of static pods, or one manifest. Files whose names begin with a dot are passed over.',
  ),
  manifestUrl: flag('manifest-url', stringKind, '', 'URL with the manifests of static pods.'),
  manifestUrlHeader: flag(
    'manifest-url-header',
    stringsKind,
    [],
    "Headers of the request for --manifest-url, as 'a:hello,b:again'.",
  ),
  httpCheckFrequency: flag(
    'http-check-frequency',
    durationKind,
    20_000,
    'How often --manifest-url is asked.',
  ),
  fileCheckFrequency: flag(
    'file-check-frequency',
    durationKind,
    20_000,
    'How often manifests are read again even when no change was seen.',
  ),
  syncFrequency: flag(
    'sync-frequency',
    durationKind,
    60_000,
    'How often files of running pods are brought in line with what they come from.',
  ),
  rootDir: flag(
    'root-dir',
    stringKind,
    '/var/lib/kubelet',
    "Folder of the kubelet's files: volumes, logs of hooks and the like.",
  ),
  podLogsDir: flag('pod-logs-dir', stringKind, '/var/log/pods', 'Folder of the logs of containers.'),
  clusterDns: flag(
    'cluster-dns',
    stringsKind,
    [],
    "IP addresses of the cluster's DNS servers, comma separated, for pods with dnsPolicy ClusterFirst.",
  ),
  clusterDomain: flag('cluster-domain', stringKind, 'cluster.local', 'The domain of the cluster.'),
  resolvConf: flag(
    'resolv-conf',
    stringKind,
    '/etc/resolv.conf',
    'The resolver configuration that pods inherit. An empty one: none.',
  ),
  podMaxPids: flag(
    'pod-max-pids',
    intKind,
    -1,
    'How many processes a pod may have. -1: as many as the node has for all pods.',
  ),
  allowedUnsafeSysctls: flag(
    'allowed-unsafe-sysctls',
    stringsKind,
    [],
    'Kernel settings that pods may have beside those that harm nobody, comma separated; a * at the end stands for anything. They must be of a namespace: kernel.shm*, kernel.msg*, kernel.sem, fs.mqueue.* and net.*.',
  ),
  seccompDefault: flag(
    'seccomp-default',
    boolKind,
    false,
    "Give pods that name no seccomp profile the container runtime's, rather than none.",
  ),
  serializeImagePulls: flag('serialize-image-pulls', boolKind, true, 'Pull images one at a time.'),
} satisfies Flags

const runtime = {
  containerRuntimeEndpoint: flag(
    'container-runtime-endpoint',
    stringKind,
    'unix:///run/containerd/containerd.sock',
    'The socket of the container runtime.',
  ),
  cgroupDriver: flag(
    'cgroup-driver',
    stringKind,
    'cgroupfs',
    'How the runtime names cgroups: cgroupfs or systemd. It must say the same.',
  ),
  cgroupRoot: flag(
    'cgroup-root',
    stringKind,
    '',
    "The cgroup under which the cgroup of all pods, kubepods, is made. Unset: the machine's. With --cgroups-per-qos=false pods run in it directly, and unset means the container runtime's own.",
  ),
  cgroupsPerQos: flag(
    'cgroups-per-qos',
    boolKind,
    true,
    'Make a cgroup for each pod, below one for its quality of service, below one for all pods.',
  ),
} satisfies Flags

const logs = {
  containerLogMaxSize: flag(
    'container-log-max-size',
    stringKind,
    '10Mi',
    "How long a container's log may become before it is put aside.",
  ),
  containerLogMaxFiles: flag(
    'container-log-max-files',
    intKind,
    5,
    "How many files of a container's log are kept, with the one that is written. At least 2.",
  ),
} satisfies Flags

const server = {
  enableServer: flag('enable-server', boolKind, true, 'Serve HTTPS at all.'),
  enableDebuggingHandlers: flag(
    'enable-debugging-handlers',
    boolKind,
    true,
    'Serve logs, exec, attach and port forwarding.',
  ),
  address: flag('address', stringKind, '0.0.0.0', 'The IP address to serve on.'),
  port: flag('port', intKind, 10250, 'The port to serve HTTPS on. 0 turns the server off.'),
  healthzBindAddress: flag(
    'healthz-bind-address',
    stringKind,
    '127.0.0.1',
    'The IP address to serve /healthz on by plain HTTP.',
  ),
  healthzPort: flag('healthz-port', intKind, 10248, 'The port of plain /healthz. 0 turns it off.'),
  certDir: flag(
    'cert-dir',
    stringKind,
    '',
    'Folder of the self-made certificate, kubelet.crt and kubelet.key. Unset: pki in --root-dir. Without use when --tls-cert-file and --tls-private-key-file are given.',
  ),
  tlsCertFile: flag('tls-cert-file', stringKind, '', 'File with the certificate for HTTPS.'),
  tlsPrivateKeyFile: flag('tls-private-key-file', stringKind, '', 'File with the key of --tls-cert-file.'),
  rotateServerCertificates: flag(
    'rotate-server-certificates',
    boolKind,
    false,
    'Ask the cluster to sign the certificate for HTTPS, and for a new one before it ends. Until somebody has approved the first, a self-made one is shown.',
  ),
  clientCaFile: flag(
    'client-ca-file',
    stringKind,
    '',
    "File with the authorities whose client certificates are accepted. Unset: nobody's, and the API server cannot reach containers.",
  ),
  anonymousAuth: flag(
    'anonymous-auth',
    boolKind,
    false,
    'Whether requests without credentials are taken. Whoever reaches the port may then run commands in all containers.',
  ),
  authorizationMode: flag(
    'authorization-mode',
    stringKind,
    'Administrators',
    'Who may do what among those who are known: Administrators (the API server and system:masters everything, others nothing), Webhook (what the API server says) or AlwaysAllow.',
  ),
  authenticationTokenWebhook: flag(
    'authentication-token-webhook',
    boolKind,
    true,
    'Take bearer tokens, and ask the API server whose they are.',
  ),
  authenticationTokenWebhookCacheTtl: flag(
    'authentication-token-webhook-cache-ttl',
    durationKind,
    120_000,
    "How long the API server's answer to whose a token is counts.",
  ),
  authorizationWebhookCacheAuthorizedTtl: flag(
    'authorization-webhook-cache-authorized-ttl',
    durationKind,
    300_000,
    'How long a permission of the API server counts.',
  ),
  authorizationWebhookCacheUnauthorizedTtl: flag(
    'authorization-webhook-cache-unauthorized-ttl',
    durationKind,
    30_000,
    'How long a refusal of the API server counts.',
  ),
  readOnlyPort: flag(
    'read-only-port',
    intKind,
    0,
    'The port to serve pods, stats and metrics on by plain HTTP to everybody. 0 turns it off.',
  ),
} satisfies Flags

const global = {
  config: flag(
    'config',
    stringKind,
    '',
    'File with a KubeletConfiguration, whose fields hold where no flag says otherwise.',
  ),
  configDir: flag(
    'config-dir',
    stringKind,
    '',
    'Folder of files whose names end in .conf, each of which holds where it differs from --config and from those before it.',
  ),
  verbosity: flag('v', levelKind, 0, 'Number for the log level verbosity', { short: 'v' }),
  help: flag('help', boolKind, false, 'help for kubelet', { short: 'h' }),
  version: flag('version', boolKind, false, 'Print version information and quit'),
} satisfies Flags

/** The flags by topic, in the order of the help page. */
export const kubeletFlagSections: Readonly<Record<string, Flags>> = {
  Cluster: cluster,
  Node: node,
  Pod: pods,
  'Container runtime': runtime,
  Log: logs,
  Eviction: evictionFlags,
  Server: server,
  Global: global,
}

/** Every flag of kubelet. */
export const kubeletFlags = {
  ...cluster,
  ...node,
  ...pods,
  ...runtime,
  ...logs,
  ...evictionFlags,
  ...server,
  ...global,
  ...fieldFlags,
}
