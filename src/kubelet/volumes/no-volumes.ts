import { PodFolders } from './folders.ts'
import type { Volumes } from './volumes.ts'

/** What the pod part asks of volumes. */
export type PodVolumes = Pick<Volumes, 'folders' | 'prepare' | 'refresh' | 'hasApiFiles' | 'remove' | 'uids'>

/** The volumes of a node without a disk: there are none, whatever pods ask for. */
export const noVolumes: PodVolumes = {
  folders: new PodFolders('/dev/null'),
  prepare: async () => new Map(),
  refresh: async () => new Map(),
  hasApiFiles: () => false,
  remove: async () => {},
  uids: async () => [],
}
