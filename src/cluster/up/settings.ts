import type { Clock } from '#base/clock'
import type { Cancel } from '#base/cancel'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { Files, LogReader } from '../apiserver/options.ts'
import type { Progress } from '../progress/progress.ts'

/** How a cluster on this machine is set up. */
export interface UpSettings {
  /** Absolute, without symbolic links. */
  readonly dataDir: string
  /** Where the API server listens. */
  readonly bindAddress: string
  /** 0 takes a free one. */
  readonly securePort: number
  /** Plain HTTP without authentication; 0 for none. */
  readonly insecurePort: number
  /** 0 takes a free one. */
  readonly kubeletPort: number
  readonly nodeName: string
  /** The node's address, where its kubelet listens; that of the default route without it. */
  readonly nodeIp?: string | undefined
  /** The pods' network; a free one without it. */
  readonly podCidr?: string | undefined
  readonly manifestPath?: string | undefined
  /** Registries to reach by plain HTTP, beside those on loopback. */
  readonly plainHttpRegistries: readonly string[]
  /** The registry of the tutorial; without it 5000, or a free one when that is taken. */
  readonly registryPort?: number | undefined
  readonly compat?: 'v1.3' | undefined
  /** Installs system packages that are missing. */
  readonly install: boolean
  readonly tutorial: boolean
  /** Leaves pods running when the cluster stops. */
  readonly keepPods: boolean
  /** How long pods may take to end, whatever their own grace, before they are killed. */
  readonly stopTimeoutMs: number
}

/** What `kubeling up` is given of the machine and of its user. */
export interface UpHost {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly files: Files
  readonly logReader: (folder: string) => LogReader
  readonly progress: Progress
  /** Fires at the first Ctrl-C. */
  readonly signal: Cancel
  /** The command that is our kubectl, as a list of words to run. */
  readonly kubectl: readonly string[]
  /** The same as a user types it. */
  readonly kubectlShown: string
}
