import { mkdir, readdir, rm } from 'node:fs/promises'
import type { Pod, Volume } from '#kinds/gen/core-v1'
import { apiFiles, type FileSources } from './api-files.ts'
import { writeAtomically } from './atomic-folder.ts'
import { prepareEmptyDir } from './empty-dir.ts'
import { PodFolders } from './folders.ts'
import { prepareHostPath } from './host-path.ts'
import { mountMemory, unmountAll } from './mounts.ts'
import { VolumeError } from './payload.ts'

/** Where each volume of a pod lies on the host. */
export type VolumePaths = ReadonlyMap<string, string>

const plugins = {
  configMap: 'configmap',
  secret: 'secret',
  downwardAPI: 'downward-api',
  projected: 'projected',
} as const

/** Makes the volumes of pods, keeps those that come from the API current, and removes them after the pod. */
export class Volumes {
  readonly folders: PodFolders
  readonly #sources: FileSources
  readonly #ready = new Map<string, VolumePaths>()

  constructor(rootDir: string, sources: FileSources) {
    this.folders = new PodFolders(rootDir)
    this.#sources = sources
  }

  /** Makes what is missing; the second time for a pod, it only tells the paths. @throws VolumeError */
  async prepare(pod: Pod): Promise<VolumePaths> {
    const uid = pod.metadata.uid ?? ''
    return this.#ready.get(uid) ?? (await this.refresh(pod))
  }

  /** Makes what is missing and brings files from the API up to date. @throws VolumeError */
  async refresh(pod: Pod): Promise<VolumePaths> {
    const uid = pod.metadata.uid ?? ''
    const paths = new Map<string, string>()
    for (const volume of pod.spec?.volumes ?? []) {
      try {
        paths.set(volume.name, await this.#make(pod, uid, volume))
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        throw new VolumeError(`MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${why}`, {
          cause: error,
        })
      }
    }
    this.#ready.set(uid, paths)
    return paths
  }

  /** True when the pod has volumes whose files come from the API. */
  hasApiFiles({ spec }: Pod): boolean {
    return (spec?.volumes ?? []).some((volume) => Object.keys(plugins).some((key) => key in volume))
  }

  /** Removes everything of a pod; harmless when nothing is left. */
  async remove(uid: string): Promise<void> {
    this.#ready.delete(uid)
    const folder = this.folders.pod(uid)
    await unmountAll(folder)
    await rm(folder, { recursive: true, force: true })
  }

  /** The pods that something is left of. */
  async uids(): Promise<string[]> {
    return await readdir(this.folders.all).catch(() => [])
  }

  async #make(pod: Pod, uid: string, volume: Volume): Promise<string> {
    const group = pod.spec?.securityContext?.fsGroup
    if (volume.hostPath) return await prepareHostPath(volume.hostPath)
    if (volume.emptyDir) {
      const folder = this.folders.volume(uid, 'empty-dir', volume.name)
      await prepareEmptyDir(folder, volume.emptyDir, group)
      return folder
    }
    const plugin = (Object.keys(plugins) as (keyof typeof plugins)[]).find((key) => volume[key] !== undefined)
    const files = await apiFiles(pod, volume, this.#sources)
    if (plugin === undefined || files === undefined) {
      throw new VolumeError('no volume plugin matched')
    }
    const folder = this.folders.volume(uid, plugins[plugin], volume.name)
    await mkdir(folder, { recursive: true })
    // Secrets must not reach a disk.
    if (plugin === 'secret' || plugin === 'projected') await mountMemory(folder, undefined)
    await writeAtomically(folder, files, group)
    return folder
  }
}
