// The volumes that this node makes by itself: folders of its own, files from the API, places of the host.
import { mkdir } from 'node:fs/promises'
import type { Volume } from '#kinds/gen/core-v1'
import { apiFiles, type FileSources } from './api-files.ts'
import { writeAtomically } from './atomic-folder.ts'
import { prepareEmptyDir } from './empty-dir.ts'
import type { PodFolders } from './folders.ts'
import { prepareHostPath } from './host-path.ts'
import { mountMemory } from './mounts.ts'
import type { RunTool } from './run-tool.ts'
import type { VolumeSort, VolumeWish } from './volume.ts'

/** Upstream's names of the folders. */
const filePlugins = {
  configMap: 'configmap',
  secret: 'secret',
  downwardAPI: 'downward-api',
  projected: 'projected',
} as const

const pluginOf = (volume: Volume) =>
  (Object.keys(filePlugins) as (keyof typeof filePlugins)[]).find((key) => volume[key] !== undefined)

/** emptyDir. */
export function emptyDirSort(run: RunTool, folders: PodFolders, { node }: FileSources): VolumeSort {
  const allocatableBytes = (node.allocatable ?? node.capacity).memoryBytes
  return {
    has: ({ emptyDir }) => emptyDir !== undefined,
    isRefreshed: () => false,
    async make({ pod, uid, volume, signal }) {
      const path = folders.volume(uid, 'empty-dir', volume.name)
      await prepareEmptyDir(run, path, volume.emptyDir ?? {}, { pod, allocatableBytes }, signal)
      return { path }
    },
  }
}

/** hostPath. */
export function hostPathSort(run: RunTool): VolumeSort {
  return {
    has: ({ hostPath }) => hostPath !== undefined,
    isRefreshed: () => false,
    make: async ({ volume: { hostPath }, signal }) => ({
      path: await prepareHostPath(run, hostPath ?? { path: '' }, signal),
    }),
  }
}

/** configMap, secret, downwardAPI and projected: no container may write to them. */
export function apiFilesSort(run: RunTool, folders: PodFolders, sources: FileSources): VolumeSort {
  return {
    has: (volume) => pluginOf(volume) !== undefined,
    isRefreshed: () => true,
    async make({ pod, uid, volume, signal }: VolumeWish) {
      const plugin = pluginOf(volume) ?? 'projected'
      const files = (await apiFiles(pod, volume, sources)) ?? new Map()
      const path = folders.volume(uid, filePlugins[plugin], volume.name)
      await mkdir(path, { recursive: true })
      // Secrets must not reach a disk.
      if (plugin === 'secret' || plugin === 'projected') await mountMemory(run, path, undefined, signal)
      await writeAtomically(path, files, pod.spec?.securityContext?.fsGroup)
      return { path, readOnly: true }
    },
  }
}
