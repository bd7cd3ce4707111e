import type { Client } from '#client'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { Taint } from '#kinds/gen/core-v1'
import type { CgroupDriver, LogLimits, PodManager, Reservation, ReviewOptions, ShutdownGroup } from '#kubelet'
import type { Files, LogReader } from '../apiserver/options.ts'
import type { IdentitySettings } from './certificates/client-identity.ts'
import type { MachineDemands } from './machine-check.ts'

/** What a kubelet is given of the machine. */
export interface KubeletHost {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly files: Files
}

/** How many pods a node runs unless it is told otherwise. */
export const podsMaxDefault = 110

/** Where manifests are had over HTTP. */
export interface ManifestUrl {
  readonly url: string
  /** Names and values; a name may come again. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly checkMs: number
}

/** How a kubelet is set up; everything but the runtime has upstream's default. */
export interface KubeletSettings {
  /** Undefined: no API server, only pods from manifests. Stays the caller's; closing the kubelet does not close it. */
  readonly client?: Client | undefined
  /** In place of `client`: how the node comes to a certificate of its own. */
  readonly identity?: IdentitySettings
  /** Asks the cluster to sign the server's certificate. */
  readonly rotatesServerCertificates?: boolean
  /** `unix:///run/containerd/containerd.sock` */
  readonly runtimeEndpoint: string
  /** The node's name; the machine's host name in lower case without it. */
  readonly nodeName?: string
  /** `/var/lib/kubelet` without it. */
  readonly rootDir?: string
  /** `/var/log/pods` without it. */
  readonly podLogsDir?: string
  /** A file or folder with manifests of static pods; none without it. */
  readonly manifestPath?: string
  /** How often manifests are read again even when nothing was seen to change. */
  readonly manifestCheckMs?: number
  /** Where manifests of static pods are had over HTTP; nowhere without it. */
  readonly manifestUrl?: ManifestUrl
  /** How often files of running pods are brought in line with what they come from; once a minute without it. */
  readonly syncMs?: number
  /** Where the kubelet's server listens, by HTTPS; no server without it. Port 0 takes a free one. */
  readonly server?: { readonly address: string; readonly port: number }
  /** Plain HTTP for /healthz alone; none without it. */
  readonly healthz?: { readonly address: string; readonly port: number }
  /** The server's certificate and key as PEM; made in `certDir` without them. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** Folder of the self-made certificate, kubelet.crt and kubelet.key; `pki` below `rootDir` without it. */
  readonly certDir?: string
  /** PEM of the authorities whose client certificates get in; without them nobody does. */
  readonly clientCa?: string
  /** Reads `tls` and `clientCa` again: they may be replaced while the port is open. */
  readonly readTls?: () => Promise<Pick<KubeletSettings, 'tls' | 'clientCa'>>
  /** Plain HTTP for what may be read, to everybody; none without it. */
  readonly readOnly?: { readonly address: string; readonly port: number }
  /** Lets everybody in who can reach the port. */
  readonly anonymousAuth?: boolean
  /**
   * Whether everybody who has authenticated may do everything, or what the API server says, or only the API server and
   * administrators.
   */
  readonly authorization?: 'AlwaysAllow' | 'Webhook' | 'Administrators'
  /** How long answers of the API server to who somebody is and what they may do count, and whether tokens are taken. */
  readonly reviews?: Omit<ReviewOptions, 'client'>
  /** False: the Node object must exist already. */
  readonly registerNode?: boolean
  readonly nodeIPs?: readonly string[]
  readonly nodeLabels?: Readonly<Record<string, string>>
  readonly taints?: readonly Taint[]
  /** A cloud tells the rest of the node, from outside. */
  readonly cloudProvider?: 'external'
  readonly clusterDNS?: readonly string[]
  readonly clusterDomain?: string
  /** The resolv.conf that pods inherit; '' for none. */
  readonly resolvConf?: string
  readonly podsMax?: number
  /** The cgroup under which the cgroup of all pods is; the machine's without it. */
  readonly cgroupRoot?: string
  /** Who makes cgroups: cgroupfs without it. */
  readonly cgroupDriver?: CgroupDriver
  /** False: pods have no cgroups of their own and are all in `cgroupRoot`, or in the runtime's. */
  readonly cgroupsPerQos?: boolean
  /** False: what is reserved is kept from what pods may ask for, but not from what they can take. */
  readonly enforcesAllocatable?: boolean
  /** What is kept from pods for the parts of Kubernetes. */
  readonly kubeReserved?: Reservation
  /** What is kept from pods for the rest of the system. */
  readonly systemReserved?: Reservation
  /** How many processes a pod may have; without a limit when less than 1. */
  readonly podPidsMax?: number
  /** Kernel settings that pods may have beside those that harm nobody; a * at the end stands for anything. */
  readonly allowedUnsafeSysctls?: readonly string[]
  /** Pods that name no seccomp profile get the runtime's. */
  readonly seccompDefault?: boolean
  /** What the node's cloud knows it by. */
  readonly providerId?: string
  readonly statusMs?: number
  readonly reportMs?: number
  readonly leaseMs?: number
  /** 40 without it; the lease is renewed after a quarter. */
  readonly leaseSeconds?: number
  /** How many images the node tells of; 50 without it, all below 0. */
  readonly imagesMax?: number
  /** How little may be left before the node is under pressure, by signal name. */
  readonly evictionHard?: Readonly<Record<string, string>>
  readonly evictionSoft?: Readonly<Record<string, string>>
  /** How long each soft threshold must be crossed, in milliseconds. */
  readonly evictionSoftGraceMs?: Readonly<Record<string, number>>
  /** How much more than a threshold must be won back, by signal name. */
  readonly evictionMinimumReclaim?: Readonly<Record<string, string>>
  /** The longest grace of a pod that is evicted for a soft threshold. */
  readonly evictionGraceSecondsMax?: number
  /** For how long a pressure is told of after it was last there; 5 min without it. */
  readonly evictionTransitionMs?: number
  /** How often the node is looked at for shortages; every 10 s without it. */
  readonly evictionCheckMs?: number
  readonly serializeImagePulls?: boolean
  /** How many images are pulled at a time where not one by one; any number without it. */
  readonly pullsMax?: number
  /** Who has how long to end when the node shuts down; nobody is waited for without it. */
  readonly shutdownGroups?: readonly ShutdownGroup[]
  /** What the machine must be like; nothing without it. */
  readonly demands?: MachineDemands
  /** False: no logs, exec, attach and port forwarding. */
  readonly servesDebugging?: boolean
  /** Adds the old forms of the release to the Node object. */
  readonly compat?: 'v1.3'
  /** How long a container's log may become before it is put aside: 10Mi and five files without it. */
  readonly logLimits?: LogLimits
  /** How often the lengths of logs are looked at; every 10 s without it. */
  readonly logCheckMs?: number
  /** What /logs/ serves; nothing without it. */
  readonly readLogs?: LogReader
}

/** A kubelet at work. */
export interface RunningKubelet {
  readonly nodeName: string
  /** `https://127.0.0.1:10250`; undefined without a server. */
  readonly url: string | undefined
  readonly pods: PodManager
  /** Ends every pod on this node, with its grace; the objects stay, and their pods run again at the next start. */
  endPods(): Promise<void>
  /** Stops looking after pods, which go on running. */
  close(): Promise<void>
}
