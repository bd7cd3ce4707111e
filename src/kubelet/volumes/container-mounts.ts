import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Cancel } from '#base/cancel'
import type { Container, Pod, VolumeMount } from '#kinds/gen/core-v1'
import type { MountSchema } from '../cri/gen/cri_pb.ts'
import { propagationNumber } from '../cri/numbers.ts'
import { expand } from '../env/expand.ts'
import { hostNetworkHostsFile, hostsFile } from '../env/hosts-file.ts'
import type { PodFolders } from './folders.ts'
import { fileModeOf } from './file-mode.ts'
import { VolumeError } from './payload.ts'
import { isRecursivelyReadOnly } from './recursive-read-only.ts'
import type { RunTool } from './run-tool.ts'
import { checkSubPath, holdSubPath } from './sub-path.ts'
import { mountHeld } from './sub-path-mount.ts'
import type { MadeVolume, MadeVolumes } from './volume.ts'

type Mount = MessageInitShape<typeof MountSchema>

/** What mounts of a container are made from. */
export interface MountSources {
  readonly folders: PodFolders
  readonly run: RunTool
  readonly signal: Cancel
  readonly volumes: MadeVolumes
  /** True where the runtime can make a mount and all that is mounted below it read-only. */
  readonly hasRecursiveReadOnly: boolean
  readonly environment: ReadonlyMap<string, string>
  readonly podIPs: readonly string[]
  readonly clusterDomain: string
}

/** The mounts of one start of a container: its volumes, /etc/hosts and the file for its last words. */
export async function containerMounts(
  pod: Pod,
  container: Container,
  attempt: number,
  sources: MountSources,
): Promise<Mount[]> {
  const own = container.volumeMounts ?? []
  const mounts: Mount[] = []
  for (const [index, mount] of own.entries())
    mounts.push(await volumeMount(pod, container, mount, index, sources))
  if (!own.some(({ mountPath }) => mountPath === '/etc/hosts')) mounts.push(await hostsMount(pod, sources))
  mounts.push(await terminationLogMount(pod, container, attempt, sources.folders))
  return mounts
}

async function volumeMount(
  pod: Pod,
  container: Container,
  mount: VolumeMount,
  index: number,
  sources: MountSources,
): Promise<Mount> {
  const volume = sources.volumes.get(mount.name)
  if (volume === undefined) throw new VolumeError(`cannot find volume ${JSON.stringify(mount.name)} to mount`)
  const target = sources.folders.subPath(pod.metadata.uid ?? '', mount.name, container.name, index)
  const subPath = subPathOf(mount, sources.environment)
  return {
    containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`,
    hostPath:
      subPath === '' ? volume.path : await subPathMount(sources, volume, subPath, target, mount, container),
    readonly: mount.readOnly === true || volume.readOnly === true,
    recursiveReadOnly: isRecursivelyReadOnly(mount, sources.hasRecursiveReadOnly),
    propagation: propagationNumber[(mount.mountPropagation ?? 'None') as keyof typeof propagationNumber] ?? 0,
    selinuxRelabel: false,
  }
}

function subPathOf(
  { subPath = '', subPathExpr = '' }: VolumeMount,
  environment: MountSources['environment'],
) {
  const path = subPathExpr === '' ? subPath : expand(subPathExpr, (name) => environment.get(name))
  checkSubPath(path)
  return path
}

async function subPathMount(
  { run, signal }: MountSources,
  volume: MadeVolume,
  subPath: string,
  target: string,
  mount: VolumeMount,
  container: Container,
): Promise<string> {
  try {
    // A file system that does not answer must not hold a thread of ours.
    await fileModeOf(run, volume.path, signal)
    const held = await holdSubPath(volume.path, subPath)
    try {
      await mountHeld(run, held, target)
    } finally {
      await held.close()
    }
  } catch (error) {
    // What exactly was in the way would tell of the host's files.
    const at = `volumeMount ${JSON.stringify(mount.name)} of container ${JSON.stringify(container.name)}`
    throw new VolumeError(`failed to prepare subPath for ${at}`, { cause: error })
  }
  return target
}

async function hostsMount(pod: Pod, { folders, podIPs, clusterDomain }: MountSources): Promise<Mount> {
  const hostPath = folders.hostsFile(pod.metadata.uid ?? '')
  const text = pod.spec?.hostNetwork
    ? hostNetworkHostsFile(pod, await readFile('/etc/hosts', 'utf8').catch(() => ''))
    : hostsFile(pod, podIPs, clusterDomain)
  await mkdir(dirname(hostPath), { recursive: true })
  await writeFile(hostPath, text)
  await chmod(hostPath, 0o644)
  return { containerPath: '/etc/hosts', hostPath, readonly: false }
}

async function terminationLogMount(
  pod: Pod,
  container: Container,
  attempt: number,
  folders: PodFolders,
): Promise<Mount> {
  const hostPath = folders.terminationLog(pod.metadata.uid ?? '', container.name, attempt)
  await mkdir(dirname(hostPath), { recursive: true })
  await writeFile(hostPath, '')
  // Whatever user the container runs as must be able to write it.
  await chmod(hostPath, 0o666)
  return {
    containerPath: container.terminationMessagePath ?? '/dev/termination-log',
    hostPath,
    readonly: false,
  }
}
