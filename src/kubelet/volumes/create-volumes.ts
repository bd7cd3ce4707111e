import type { ClaimSources } from './claims/bound-volume.ts'
import { claimSort } from './claims/claim-sort.ts'
import { hostPathVolume, localVolume } from './claims/local-volume.ts'
import { inlineCsiSort, persistentCsiSort } from './csi/csi-sorts.ts'
import type { CsiVolumes } from './csi/csi-volumes.ts'
import { apiFilesSort, emptyDirSort, hostPathSort } from './local-sorts.ts'
import type { FileSources } from './api-files.ts'
import { PodFolders } from './folders.ts'
import type { RunTool } from './run-tool.ts'
import { Volumes } from './volumes.ts'

/** What volumes are made with. */
export interface VolumesOptions {
  readonly rootDir: string
  readonly run: RunTool
  readonly sources: FileSources & ClaimSources
  readonly csi: CsiVolumes
}

/** The volumes of a node, of all the sorts that it knows. */
export function createVolumes({ rootDir, run, sources, csi }: VolumesOptions): Volumes {
  const folders = new PodFolders(rootDir)
  return new Volumes(folders, run, [
    emptyDirSort(run, folders, sources),
    hostPathSort(run),
    apiFilesSort(run, folders, sources),
    claimSort(sources, [localVolume(run), hostPathVolume(run), persistentCsiSort(csi)]),
    inlineCsiSort(csi),
  ])
}
