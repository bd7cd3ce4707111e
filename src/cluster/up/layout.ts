import { join } from 'node:path'
import { type ContainerdLayout, containerdLayout } from '../containerd/layout.ts'

/** Where a cluster of `kubeling up` keeps its things; everything is below its data directory. */
export interface ClusterLayout {
  readonly dataDir: string
  readonly containerd: ContainerdLayout
  /** Folder of the embedded database. */
  readonly store: string
  /** Certificates and keys. */
  readonly pki: string
  readonly kubelet: string
  readonly podLogs: string
  readonly logs: string
  readonly log: string
  readonly kubeconfig: string
  /** Says what runs; there as long as something does. */
  readonly state: string
  readonly registry: string
  readonly tutorial: string
}

/** The layout below an absolute data directory. */
export function clusterLayout(dataDir: string): ClusterLayout {
  const below = (path: string) => join(dataDir, path)
  return {
    dataDir,
    containerd: containerdLayout(dataDir),
    store: below('apiserver'),
    pki: below('pki'),
    kubelet: below('kubelet'),
    podLogs: below('pods'),
    logs: below('logs'),
    log: below('logs/kubeling.log'),
    kubeconfig: below('kubeconfig'),
    state: below('run/up.json'),
    registry: below('registry'),
    tutorial: below('tutorial'),
  }
}

/** The file that marks a folder as a data directory of kubeling. */
export const marker = '.kubeling'

/** What a cluster makes directly below its data directory, and nothing else is ever deleted there. */
export const ownEntries = [
  marker,
  'apiserver',
  'containerd',
  'kubeconfig',
  'kubelet',
  'logs',
  'pki',
  'pods',
  'registry',
  'run',
  'tutorial',
] as const
