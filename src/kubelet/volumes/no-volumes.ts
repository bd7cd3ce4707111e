import { PodFolders } from './folders.ts'
import type { Volumes } from './volumes.ts'

/** What the pod part asks of volumes. */
export type PodVolumes = Pick<
  Volumes,
  'folders' | 'run' | 'prepare' | 'refresh' | 'isRefreshed' | 'usage' | 'remove' | 'uids'
>

/** The volumes of a node without a disk: there are none, whatever pods ask for. */
export const noVolumes: PodVolumes = {
  folders: new PodFolders('/dev/null'),
  run: async () => '',
  prepare: async () => new Map(),
  refresh: async () => {},
  isRefreshed: () => false,
  usage: async () => new Map(),
  remove: async () => {},
  uids: async () => [],
}
