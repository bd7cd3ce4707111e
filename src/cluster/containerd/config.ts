import { dirname, join } from 'node:path'
import type { ContainerdLayout } from './layout.ts'

/** What varies between machines. */
export interface ContainerdSettings {
  readonly sandboxImage: string
  readonly pluginFolder: string
  /** False on virtual machines that withhold CAP_SYS_RESOURCE: a lower score than containerd's own cannot be set there. */
  readonly mayLowerOomScore: boolean
}

/** containerd's configuration file. */
export function toConfig(layout: ContainerdLayout, settings: ContainerdSettings): string {
  const text = JSON.stringify
  return `# Written by kubeling at every start.
version = 2
root = ${text(layout.root)}
state = ${text(layout.state)}
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]

[grpc]
  address = ${text(layout.socket)}

[ttrpc]
  address = ${text(`${layout.socket}.ttrpc`)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${text(join(dirname(layout.root), 'opt'))}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(settings.sandboxImage)}
  restrict_oom_score_adj = ${!settings.mayLowerOomScore}
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${text(settings.pluginFolder)}
    conf_dir = ${text(layout.network)}

  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false

  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = ${text(layout.registries)}
`
}

/** hosts.toml for a registry that speaks plain HTTP, given as host or host:port. */
export function toPlainHttpHosts(registry: string): string {
  const url = JSON.stringify(`http://${registry}`)
  return `server = ${url}\n\n[host.${url}]\n  capabilities = ["pull", "resolve"]\n`
}

const sysResourceBit = 24n

/** Whether a process with this /proc/self/status has CAP_SYS_RESOURCE. */
export function hasSysResource(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  return effective !== undefined && ((BigInt(`0x${effective}`) >> sysResourceBit) & 1n) === 1n
}
