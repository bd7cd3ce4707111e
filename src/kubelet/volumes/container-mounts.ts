import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Container, Pod, VolumeMount } from '#kinds/gen/core-v1'
import type { MountSchema } from '../cri/gen/cri_pb.ts'
import { propagationNumber } from '../cri/numbers.ts'
import { expand } from '../env/expand.ts'
import { hostNetworkHostsFile, hostsFile } from '../env/hosts-file.ts'
import type { PodFolders } from './folders.ts'
import { VolumeError } from './payload.ts'
import { resolveSubPath } from './sub-path.ts'
import type { VolumePaths } from './volumes.ts'

type Mount = MessageInitShape<typeof MountSchema>

/** What mounts of a container are made from. */
export interface MountSources {
  readonly folders: PodFolders
  readonly volumes: VolumePaths
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
  for (const mount of own) mounts.push(await volumeMount(mount, sources))
  if (!own.some(({ mountPath }) => mountPath === '/etc/hosts')) mounts.push(await hostsMount(pod, sources))
  mounts.push(await terminationLogMount(pod, container, attempt, sources.folders))
  return mounts
}

async function volumeMount(mount: VolumeMount, { volumes, environment }: MountSources): Promise<Mount> {
  const volume = volumes.get(mount.name)
  if (volume === undefined) throw new VolumeError(`cannot find volume ${JSON.stringify(mount.name)} to mount`)
  const subPath = mount.subPathExpr
    ? expand(mount.subPathExpr, (name) => environment.get(name))
    : (mount.subPath ?? '')
  return {
    containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`,
    hostPath: subPath === '' ? volume : await resolveSubPath(volume, subPath),
    readonly: mount.readOnly === true,
    propagation: propagationNumber[(mount.mountPropagation ?? 'None') as keyof typeof propagationNumber] ?? 0,
    selinuxRelabel: false,
  }
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
