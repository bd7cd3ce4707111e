import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Where one cluster's containerd keeps its things; everything is below the data directory. */
export interface ContainerdLayout {
  readonly dataDir: string
  readonly config: string
  readonly root: string
  readonly state: string
  readonly socket: string
  readonly log: string
  readonly pidFile: string
  /** Folder with the network's configuration. */
  readonly network: string
  /** Folder in which the network plugin notes the addresses it has given. */
  readonly addresses: string
  /** Folder with one hosts.toml per plain-HTTP registry. */
  readonly registries: string
  /** Name of the bridge and of the network; an interface name has at most 15 characters. */
  readonly bridge: string
  /** The cgroup that the cgroups of this cluster's pods are in. */
  readonly cgroup: string
  /** 0 to 255: where to look for a free pod network first. */
  readonly networkNumber: number
}

/** The data directory when none is given. */
export const defaultDataDir = '/var/lib/kubeling'

/** The layout below a data directory. Clusters with different data directories share nothing. */
export function containerdLayout(dataDir: string): ContainerdLayout {
  const home = join(dataDir, 'containerd')
  const mark = createHash('sha256').update(dataDir).digest('hex').slice(0, 8)
  const isDefault = dataDir === defaultDataDir
  return {
    dataDir,
    config: join(home, 'config.toml'),
    root: join(home, 'root'),
    state: join(dataDir, 'run/containerd'),
    socket: join(dataDir, 'run/containerd.sock'),
    log: join(dataDir, 'logs/containerd.log'),
    pidFile: join(dataDir, 'run/containerd.pid'),
    network: join(home, 'net.d'),
    addresses: join(home, 'addresses'),
    registries: join(home, 'registries'),
    bridge: isDefault ? 'kubeling0' : `kbl-${mark}`,
    cgroup: isDefault ? '/kubeling' : `/kubeling-${mark}`,
    networkNumber: isDefault ? 0 : Number.parseInt(mark.slice(0, 2), 16),
  }
}
