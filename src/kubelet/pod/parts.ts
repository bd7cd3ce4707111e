import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cancel } from '#base/cancel'
import type { Pod } from '#kinds/gen/core-v1'
import { machineMemory } from '../cgroups/machine-memory.ts'
import { noCgroups, type PodCgroups, QosCgroups } from '../cgroups/pod-cgroups.ts'
import type { PodManagerOptions, SandboxConfig } from '../contract.ts'
import { parseResolvConf } from '../env/dns.ts'
import { sandboxConfig } from '../env/sandbox-config.ts'
import type { IdRange } from '../env/security.ts'
import { ImagePuller } from '../images/image-puller.ts'
import { applyResize } from '../resize/apply-resize.ts'
import { PodResizes } from '../resize/pod-resizes.ts'
import { noResizeNotes, resizeNotes } from '../resize/resize-notes.ts'
import { AccountTokens } from '../volumes/account-tokens.ts'
import { containerMounts } from '../volumes/container-mounts.ts'
import { createVolumes } from '../volumes/create-volumes.ts'
import { createCsi } from '../volumes/csi/create-csi.ts'
import type { PluginRegistry } from '../volumes/csi/plugin-registry.ts'
import { noVolumes, type PodVolumes } from '../volumes/no-volumes.ts'
import { toolRunner } from '../volumes/run-tool.ts'
import { ApiReader } from './api-reader.ts'
import { ContainerStarter } from './container-starter.ts'
import { type EndNotes, endNotes, noEndNotes } from './end-notes.ts'
import { EventRecorder } from './event-recorder.ts'
import { Executor, type ExecutorOptions } from './execute.ts'
import { Observer } from './observe.ts'
import { type Recorder, silentRecorder } from './recorder.ts'
import { RuntimeTraits } from './runtime-traits.ts'
import { UserNamespaces } from './user-namespaces.ts'

/** For how many pods there are users, where the node does not say how many it takes. */
const podsMaxDefault = 110

/** What the workers of all pods share. */
export interface Parts {
  readonly observer: Observer
  readonly executor: Executor
  readonly recorder: Recorder
  readonly volumes: PodVolumes
  /** Undefined on a node that takes none. */
  readonly plugins: PluginRegistry | undefined
  /** Attached volumes that must stay so. */
  readonly volumesInUse: () => Promise<string[]>
  readonly cgroups: PodCgroups
  readonly traits: RuntimeTraits
  readonly notes: EndNotes
  readonly resizes: PodResizes
}

/** Makes what the workers share. @param alive gives all pods that have not come to their end */
export function createParts(options: PodManagerOptions, alive: () => readonly Pod[], signal: Cancel): Parts {
  const { runtime, client, clock, node, rootDir, podLogsDir, hasDisk = true } = options
  const { seccompDefault = false, serializeImagePulls = true } = options
  const pullsMax = serializeImagePulls ? 1 : (options.pullsMax ?? Number.POSITIVE_INFINITY)
  const reader = new ApiReader(client, clock, signal)
  const { configMap: readConfigMap, secret: readSecret } = reader
  const recorder = options.recorder ?? eventRecorder(options, signal)
  const { volumes, plugins, volumesInUse } = volumeParts(options, reader, signal)
  const mounts: typeof containerMounts = hasDisk ? containerMounts : async () => []
  const images = new ImagePuller({ runtime, clock, recorder, readSecret, pullsMax })
  const cgroups = options.cgroups ? new QosCgroups(options.cgroups) : noCgroups(options.cgroupParent ?? '')
  const traits = new RuntimeTraits(runtime)
  const namespaces = new UserNamespaces(volumes.folders, node.allocatable?.pods ?? podsMaxDefault)
  const usersOf = (pod: Pod) => namespaces.of(pod)
  const ofPod = sandboxMaker(options, cgroups, traits, usersOf, signal)
  const profileRoot = join(rootDir, 'seccomp')
  const shared = { runtime, recorder, images, volumes, node, sandboxConfig: ofPod }
  const reads = { readConfigMap, readSecret }
  const machine = { machine: machineMemory(), usersOf }
  const starter = new ContainerStarter({
    ...shared,
    ...reads,
    mounts,
    profileRoot,
    seccompDefault,
    ...machine,
  })
  const logs = { podLogsDir: hasDisk ? podLogsDir : undefined }
  const notedResizes = hasDisk ? resizeNotes(volumes.folders) : noResizeNotes
  const { allocatable, capacity } = node
  const resizes = new PodResizes({ notes: notedResizes, clock, recorder, allocatable })
  const applying = { runtime, cgroups, resizes, capacity, machine: machine.machine, alive }
  const resize: ExecutorOptions['resize'] = (pod, targets, until) =>
    applyResize(pod, targets, applying, until)
  const executor = new Executor({ ...shared, ...logs, clock, cgroups, alive, starter, resizes, resize })
  const observer = new Observer(runtime, volumes.folders)
  const notes = hasDisk ? endNotes(volumes.folders) : noEndNotes
  return { observer, executor, recorder, volumes, plugins, volumesInUse, cgroups, traits, notes, resizes }
}

const eventRecorder = ({ client, clock, log, node }: PodManagerOptions, signal: Cancel): Recorder =>
  client ? new EventRecorder({ client, clock, log, nodeName: node.name, signal }) : silentRecorder

/** The volumes of pods, and the plugins that bring more sorts of them. */
function volumeParts(options: PodManagerOptions, reader: ApiReader, signal: Cancel) {
  const { client, clock, log, node, rootDir, hasDisk = true } = options
  const { configMap, secret, claim, persistentVolume } = reader
  const tokens = new AccountTokens(reader.token, clock)
  const thisNode = () => reader.node(node.name)
  const sources = { configMap, secret, tokens, node, claim, persistentVolume, thisNode }
  const csi = createCsi({ rootDir, client, nodeName: node.name, clock, log, tokens, secret, signal })
  if (!hasDisk) return { volumes: noVolumes, plugins: undefined, volumesInUse: async () => [] }
  const volumes = createVolumes({ rootDir, run: toolRunner(clock), sources, csi: csi.volumes })
  return { volumes, plugins: csi.registry, volumesInUse: () => csi.volumes.inUse() }
}

/** Makes configurations of sandboxes, of pods that the runtime can confine as they ask. */
function sandboxMaker(
  { podLogsDir, resolvConf, node }: PodManagerOptions,
  cgroups: PodCgroups,
  traits: RuntimeTraits,
  usersOf: (pod: Pod) => Promise<IdRange | undefined>,
  signal: Cancel,
) {
  return async (pod: Pod, attempt: number): Promise<SandboxConfig> => {
    await traits.check(pod, signal)
    const text = resolvConf === '' ? '' : await readFile(resolvConf, 'utf8').catch(() => '')
    const resolver = parseResolvConf(text)
    const own = { cgroupParent: cgroups.parentOf(pod), users: await usersOf(pod) }
    return sandboxConfig(pod, attempt, { podLogsDir, resolver, node, ...own })
  }
}
