import {
  boolKind,
  durationKind,
  type Flags,
  flag,
  intKind,
  stringKind,
  stringsKind,
  type Values,
} from '#base/flags'
import { defaultDataDir } from '../containerd/layout.ts'
import { nodeFlags } from '../simulated/flags.ts'
import { snapshotFlags } from '../snapshot/flags.ts'

const dataDir = flag('data-dir', stringKind, defaultDataDir, 'Folder of everything that the cluster keeps.')
const help = flag('help', boolKind, false, 'Show this help.', { short: 'h' })

const upFlags = {
  dataDir,
  help,
  install: flag('install', boolKind, false, 'Install missing system packages by apt-get.'),
  tutorial: flag(
    'tutorial',
    boolKind,
    false,
    'Once up, make images from Debian packages, put them in a registry of the cluster, run the pod of the tutorial and fetch its page.',
  ),
  keepPods: flag(
    'keep-pods',
    boolKind,
    false,
    'Leave pods running when kubeling stops; the next start takes them over.',
  ),
  stopTimeout: flag(
    'stop-timeout',
    durationKind,
    10_000,
    'How long pods may take to end when kubeling stops, whatever their own grace, before they are killed.',
  ),
  bindAddress: flag(
    'bind-address',
    stringKind,
    '127.0.0.1',
    'The IP address on which the API server listens.',
  ),
  securePort: flag('secure-port', intKind, 6443, "The API server's port for HTTPS. 0 takes a free one."),
  insecurePort: flag(
    'insecure-port',
    intKind,
    0,
    "The API server's port on loopback for plain HTTP, where everybody on this machine may do everything. 0 means none.",
  ),
  kubeletPort: flag('kubelet-port', intKind, 10250, "The kubelet's port. 0 takes a free one."),
  registryPort: flag(
    'registry-port',
    intKind,
    0,
    "The port on loopback of the tutorial's registry. 0 takes the one of the last start, or 5000, or a free one.",
  ),
  nodeName: flag('node-name', stringKind, 'kubeling', "The node's name."),
  nodeIp: flag(
    'node-ip',
    stringKind,
    '',
    "The node's IP address, on which the kubelet listens. Unset: that of the default route.",
  ),
  podCidr: flag(
    'pod-cidr',
    stringKind,
    '',
    'The IPv4 network of the pods, as in 10.244.0.0/24. Unset: that of the last start, or one that no route uses.',
  ),
  manifests: flag(
    'pod-manifest-path',
    stringKind,
    '',
    'A file or folder with manifests of static pods, which the node runs by itself.',
  ),
  plainHttpRegistries: flag(
    'plain-http-registry',
    stringsKind,
    [],
    'Registries (host:port) to pull from by plain HTTP, beside those on loopback.',
  ),
  compat: flag('compat', stringKind, '', "Serve the old forms of a release beside today's. Known: v1.3."),
  verbosity: flag('v', intKind, 0, 'How much is written to the log: 0 to 10.', { short: 'v' }),
} satisfies Flags

const downFlags = {
  dataDir,
  help,
  deleteData: flag(
    'delete-data',
    boolKind,
    false,
    'Delete what the cluster keeps: objects, images, certificates, logs.',
  ),
} satisfies Flags

const statusFlags = { dataDir, help } satisfies Flags
const versionFlags = { help } satisfies Flags

/** The commands of kubeling with their flags. */
export const kubelingFlags = {
  up: upFlags,
  down: downFlags,
  status: statusFlags,
  node: nodeFlags,
  snapshot: { ...snapshotFlags.save, ...snapshotFlags.restore, ...snapshotFlags.status },
  version: versionFlags,
}

export type KubelingCommand = keyof typeof kubelingFlags
export type UpValues = Values<typeof upFlags>
