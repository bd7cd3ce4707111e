import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Random } from '#base/random'
import type { Client } from '#client'
import type { Pod, PodStatus } from '#kinds/gen/core-v1'
import type { CgroupOptions } from './cgroups/pod-cgroups.ts'
import type { Rejection } from './pod/admit-pod.ts'
import type { Recorder } from './pod/recorder.ts'
import type { Eviction } from './pod/state.ts'
import type {
  AuthConfigSchema,
  ContainerConfigSchema,
  ExecRequestSchema,
  AttachRequestSchema,
  LinuxContainerResourcesSchema,
  PodSandboxConfigSchema,
} from './cri/gen/cri_pb.ts'

/** What a pod's sandbox is made from, in the runtime interface's own form. */
export type SandboxConfig = MessageInitShape<typeof PodSandboxConfigSchema>
/** What a container is made from, in the runtime interface's own form. */
export type ContainerConfig = MessageInitShape<typeof ContainerConfigSchema>
/** What a container may use, in the runtime interface's own form. */
export type ContainerResources = MessageInitShape<typeof LinuxContainerResourcesSchema>
/** Who pulls an image. */
export type PullAuth = MessageInitShape<typeof AuthConfigSchema>
/** What to run in a container, and with which streams. */
export type ExecConfig = MessageInitShape<typeof ExecRequestSchema>
/** Which streams of a container's own process to join. */
export type AttachConfig = MessageInitShape<typeof AttachRequestSchema>

/** The runtime's name and version. */
export interface RuntimeVersion {
  readonly name: string
  readonly version: string
  readonly apiVersion: string
}

/** One thing that the runtime says of itself, such as NetworkReady. */
export interface RuntimeCondition {
  readonly type: string
  readonly status: boolean
  readonly reason: string
  readonly message: string
}

/** A sandbox as the runtime lists it. */
export interface Sandbox {
  readonly id: string
  readonly podUid: string
  readonly podName: string
  readonly podNamespace: string
  readonly attempt: number
  readonly ready: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** A sandbox with its addresses. */
export interface SandboxStatus extends Sandbox {
  /** First the one that upstream calls podIP; empty on the host's network. */
  readonly ips: readonly string[]
}

/** A way in which the runtime runs pods, and what it can do for them; the one without a name is the default. */
export interface RuntimeHandler {
  readonly name: string
  readonly hasRecursiveReadOnly: boolean
  readonly hasUserNamespaces: boolean
}

/** What a volume holds and what it has room for. */
export interface VolumeUsage {
  readonly usedBytes: number
  readonly inodesUsed: number
  readonly availableBytes: number
  readonly capacityBytes: number
  readonly inodes: number
  readonly inodesFree: number
}

export type RuntimeContainerState = 'created' | 'running' | 'exited' | 'unknown'

/** A container as the runtime lists it. */
export interface RuntimeContainer {
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  readonly attempt: number
  readonly state: RuntimeContainerState
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly image: string
  readonly imageRef: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** A container with what it did; times are milliseconds since 1970, 0 for not yet. */
export interface RuntimeContainerStatus extends RuntimeContainer {
  readonly startedAt: number
  readonly finishedAt: number
  readonly exitCode: number
  readonly reason: string
  readonly message: string
  readonly logPath: string
  /** Where mounts in the container are read-only with all that is mounted below them. */
  readonly recursiveReadOnlyPaths?: readonly string[]
}

/** An image that the node has. */
export interface Image {
  readonly id: string
  readonly repoTags: readonly string[]
  readonly repoDigests: readonly string[]
  readonly sizeBytes: number
  /** The user that the image names, as a number or as a name. */
  readonly uid: number | undefined
  readonly username: string
  readonly pinned: boolean
}

/** Space that a file system uses. */
export interface FilesystemUsage {
  readonly timestamp: number
  readonly mountpoint: string
  readonly usedBytes: number
  readonly inodesUsed: number
}

/** What a container uses; undefined where the runtime does not say. */
export interface ContainerStats {
  readonly id: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly cpuTimestamp: number
  readonly cpuCoreNanos: number | undefined
  readonly cpuNanoCores: number | undefined
  readonly memoryTimestamp: number
  readonly memoryWorkingSetBytes: number | undefined
  readonly memoryUsageBytes: number | undefined
  readonly memoryRssBytes: number | undefined
  readonly memoryPageFaults: number | undefined
  readonly memoryMajorPageFaults: number | undefined
  readonly writableLayer: FilesystemUsage | undefined
}

/** What a command printed and how it ended. */
export interface ExecOutput {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly exitCode: number
}

/** Which containers or sandboxes to list; all without one. */
export interface RuntimeFilter {
  readonly id?: string
  readonly sandboxId?: string
  readonly labels?: Readonly<Record<string, string>>
}

/** The verbs of the container runtime interface. Each throws RuntimeFault, or the signal's reason when it fires. */
export interface Runtime {
  version(signal: Cancel): Promise<RuntimeVersion>
  status(signal: Cancel): Promise<{
    conditions: RuntimeCondition[]
    info: Readonly<Record<string, string>>
    /** None from a runtime that does not tell. */
    handlers?: readonly RuntimeHandler[]
    /** True where it can keep a process out of the groups that only the image names. */
    hasGroupsPolicy?: boolean
  }>
  updateRuntimeConfig(podCidr: string, signal: Cancel): Promise<void>
  runPodSandbox(config: SandboxConfig, signal: Cancel): Promise<string>
  stopPodSandbox(id: string, signal: Cancel): Promise<void>
  removePodSandbox(id: string, signal: Cancel): Promise<void>
  /** @throws RuntimeFault notFound. */
  podSandboxStatus(id: string, signal: Cancel): Promise<SandboxStatus>
  listPodSandbox(filter: RuntimeFilter, signal: Cancel): Promise<Sandbox[]>
  readonly createContainer: (
    sandboxId: string,
    config: ContainerConfig,
    sandbox: SandboxConfig,
    signal: Cancel,
  ) => Promise<string>
  startContainer(id: string, signal: Cancel): Promise<void>
  /** Asks the process to end, and kills it after `graceSeconds`; resolves when it is gone. */
  stopContainer(id: string, graceSeconds: number, signal: Cancel): Promise<void>
  removeContainer(id: string, signal: Cancel): Promise<void>
  listContainers(filter: RuntimeFilter, signal: Cancel): Promise<RuntimeContainer[]>
  /** @throws RuntimeFault notFound. */
  containerStatus(id: string, signal: Cancel): Promise<RuntimeContainerStatus>
  /** Changes what a running container may use; what is zero is left as it is. */
  updateContainerResources(id: string, linux: ContainerResources, signal: Cancel): Promise<void>
  reopenContainerLog(id: string, signal: Cancel): Promise<void>
  /** Writes what a container is at this moment to a file, in so many seconds; as many as the runtime takes when 0. */
  readonly checkpointContainer: (
    id: string,
    location: string,
    timeoutSeconds: number,
    signal: Cancel,
  ) => Promise<void>
  /** Without a time limit when `timeoutSeconds` is 0. */
  readonly execSync: (
    id: string,
    command: readonly string[],
    timeoutSeconds: number,
    signal: Cancel,
  ) => Promise<ExecOutput>
  /** The URL at which the runtime streams the session. */
  exec(config: ExecConfig, signal: Cancel): Promise<string>
  /** The URL at which the runtime streams the session. */
  attach(config: AttachConfig, signal: Cancel): Promise<string>
  /** The URL at which the runtime streams the session. */
  portForward(sandboxId: string, ports: readonly number[], signal: Cancel): Promise<string>
  listContainerStats(filter: RuntimeFilter, signal: Cancel): Promise<ContainerStats[]>
  /** Pulls and gives the image's reference. */
  readonly pullImage: (
    image: string,
    auth: PullAuth | undefined,
    sandbox: SandboxConfig | undefined,
    signal: Cancel,
  ) => Promise<string>
  imageStatus(image: string, signal: Cancel): Promise<Image | undefined>
  listImages(signal: Cancel): Promise<Image[]>
  removeImage(image: string, signal: Cancel): Promise<void>
  imageFsInfo(signal: Cancel): Promise<FilesystemUsage[]>
  /** Calls `hint` with the pod's uid when something changed, until the signal fires; rejects at once where the runtime cannot. */
  containerEvents(hint: (podUid: string) => void, signal: Cancel): Promise<void>
  close(): void
}

/** Where a pod was asked for: at the API server, by a manifest on this node, or by one that is had over HTTP. */
export type PodSource = 'api' | 'file' | 'http'

/** What pods on a node may ask for, all of them together. */
export interface Allocatable {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly pods: number
}

/** What the node part knows of its node. */
export interface NodeFacts {
  readonly name: string
  /** Addresses of the node, at most one of each family, the first one preferred. */
  readonly hostIPs: readonly string[]
  /** What `resourceFieldRef` and the score of the OOM killer go by when a container has no limit. */
  readonly capacity: { readonly cpuMilli: number; readonly memoryBytes: number }
  /** Pods that ask for more than is left are rejected; without it, none is for that. */
  readonly allocatable?: Allocatable
  /** Addresses of the cluster's DNS; with none, pods get the host's. */
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
}

/** A container of a pod as the server part looks for it. */
export interface ContainerHandle {
  readonly id: string
  readonly sandboxId: string
  readonly attempt: number
  readonly state: RuntimeContainerState
  readonly tty: boolean
  readonly stdin: boolean
}

/** What the pod part is given. */
export interface PodManagerOptions {
  readonly runtime: Runtime
  /** Undefined for a node without an API server. */
  readonly client: Client | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly node: NodeFacts
  /** `/var/lib/kubelet`. */
  readonly rootDir: string
  /** `/var/log/pods`. */
  readonly podLogsDir: string
  /** False where containers have no process that could answer probes: all are healthy. True without it. */
  readonly asksContainers?: boolean
  /** False for a node that is simulated: pods leave no volumes, mounts or logs on this machine. True without it. */
  readonly hasDisk?: boolean
  /** The resolv.conf that pods inherit; empty for none. */
  readonly resolvConf: string
  /** Sources that will speak; pods that none of them names are ended once all have. Both without it. */
  readonly sources?: readonly PodSource[]
  /** Pulls one image after another, as upstream does by default. */
  readonly serializeImagePulls?: boolean
  /** Where is told what happens to pods: events at the API server without it. */
  readonly recorder?: Recorder
  /** How often a runtime that tells no events is listed, 1000 without it. */
  readonly relistMs?: number
  /** How often files of running pods are brought in line with what they come from, 60,000 without it. */
  readonly syncMs?: number
  /** How many images are pulled at a time where not one by one; any number without it. */
  readonly pullsMax?: number
  /** Why a pod is not taken now on account of the node's state, if so. */
  readonly rejection?: (pod: Pod) => Rejection | undefined
  /** Kernel settings that pods may have beside those that harm nobody; none without it. */
  readonly allowedUnsafeSysctls?: readonly string[]
  /** Pods that name no seccomp profile get the runtime's. False without it. */
  readonly seccompDefault?: boolean
  /** How pods are put into cgroups; all into `cgroupParent` without it. */
  readonly cgroups?: CgroupOptions
  /** The cgroup under which pods live, as the runtime's cgroup driver names it; the runtime's own without it. */
  readonly cgroupParent?: string
}

/** The pod part of the kubelet: runs the pods that it is told of and reports their status. */
export interface PodManager {
  /** Observes and runs until the signal fires; containers go on running after that. Resolves when all work ended. */
  run(signal: Cancel): Promise<void>
  /** Tells the whole set of pods that a source wants; what is no longer named is ended. */
  update(source: PodSource, pods: readonly Pod[]): void
  /** Pods of all sources with the status as this node sees it. */
  pods(): Pod[]
  /** A pod with its status of now. */
  find(namespace: string, name: string, uid?: string): Pod | undefined
  /** The status of now. */
  statusOf(uid: string): PodStatus | undefined
  /** The newest instance of a container, or the one before it; undefined when it was never made. */
  container(podUid: string, name: string, previous?: boolean): ContainerHandle | undefined
  /** The sandbox that runs, for port forwarding. */
  sandboxId(podUid: string): string | undefined
  /** The log of the newest instance of a container, or of the one before it. */
  logPath(podUid: string, name: string, previous?: boolean): string | undefined
  /** Ends a running pod as Failed with reason Evicted and these words, and tells an event; false when it does not run. */
  evict(podUid: string, message: string, graceSeconds: number): boolean
  /** Ends a pod as Failed with these words, whether or not it runs yet, and tells no event; false when it is ending or not here. */
  terminate(podUid: string, why: Eviction, graceSeconds: number): boolean
  /** True when nothing of a pod runs or is mounted here. */
  hasEnded(podUid: string): boolean
  /** What the volumes of a pod hold, by the pod's names for them; those of the host's own folders are not measured. */
  volumeUsage(podUid: string, signal?: Cancel): Promise<ReadonlyMap<string, VolumeUsage>>
  /** Attached volumes that must stay so, by upstream's names for them. */
  volumesInUse(): Promise<string[]>
  /** True once the runtime answered a list less than three minutes ago. */
  isHealthy(): boolean
  /** How long ago that was, in milliseconds; undefined when it never did. */
  listedAgoMs(): number | undefined
}

/** What went wrong at the runtime. */
export type RuntimeFaultCode =
  | 'notFound'
  | 'exists'
  | 'unavailable'
  | 'timeout'
  | 'unimplemented'
  | 'invalid'
  | 'exhausted'
  | 'failed'

/** A failed call of the runtime. `message` is the runtime's own text, as upstream shows it to users. */
export class RuntimeFault extends Error {
  override readonly name = 'RuntimeFault'
  readonly code: RuntimeFaultCode
  /** The number of the gRPC status, which upstream's texts name. */
  readonly grpcCode: string

  constructor(code: RuntimeFaultCode, message: string, options: { grpcCode?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.grpcCode = options.grpcCode ?? 'Unknown'
  }
}

/** Recognises a fault of the runtime, optionally of one code. */
export function isRuntimeFault(error: unknown, code?: RuntimeFaultCode): error is RuntimeFault {
  return (
    error instanceof Error &&
    error.name === 'RuntimeFault' &&
    (code === undefined || (error as RuntimeFault).code === code)
  )
}
