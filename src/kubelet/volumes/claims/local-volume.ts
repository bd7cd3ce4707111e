import { constants } from 'node:fs'
import type { Pod } from '#kinds/gen/core-v1'
import { fileModeOf } from '../file-mode.ts'
import { giveToGroup } from '../fs-group.ts'
import { prepareHostPath } from '../host-path.ts'
import { VolumeError } from '../payload.ts'
import type { RunTool } from '../run-tool.ts'
import type { PersistentSort } from './claim-sort.ts'

/** Gives a volume to the group of the pod, if the pod has one. */
export async function giveToPod({ spec }: Pod, path: string, readOnly: boolean): Promise<void> {
  const { fsGroup: group, fsGroupChangePolicy: policy } = spec?.securityContext ?? {}
  if (group !== undefined) await giveToGroup(path, { group, policy, readOnly })
}

/** hostPath behind a claim. */
export const hostPathVolume = (run: RunTool): PersistentSort => ({
  has: ({ hostPath }) => hostPath !== undefined,
  make: async ({ spec, readOnly, signal }) => ({
    path: await prepareHostPath(run, spec.hostPath ?? { path: '' }, signal),
    readOnly,
  }),
})

/** A folder of this node behind a claim. */
export const localVolume = (run: RunTool): PersistentSort => ({
  has: ({ local }) => local !== undefined,
  async make({ pod, spec, readOnly, signal }) {
    const path = spec.local?.path ?? ''
    if (path.split('/').includes('..')) throw new VolumeError(`invalid path: ${path} must not contain '..'`)
    const mode = await fileModeOf(run, path, signal)
    if (mode === undefined) throw new VolumeError(`path ${JSON.stringify(path)} does not exist`)
    if ((mode & constants.S_IFMT) !== constants.S_IFDIR)
      throw new VolumeError(`path ${JSON.stringify(path)} is not a directory`)
    await giveToPod(pod, path, readOnly)
    return { path, readOnly }
  },
})
