import type { PersistentVolume, PersistentVolumeSpec } from '#kinds/gen/core-v1'
import { VolumeError } from '../payload.ts'
import type { MadeVolume, VolumeSort, VolumeWish } from '../volume.ts'
import { boundVolume, type ClaimSources } from './bound-volume.ts'

/** A persistent volume that a pod is to have. */
export interface PersistentWish extends VolumeWish {
  readonly persistentVolume: PersistentVolume
  readonly spec: PersistentVolumeSpec
  readonly readOnly: boolean
}

/** One sort of persistent volumes. */
export interface PersistentSort {
  has(spec: PersistentVolumeSpec): boolean
  make(wish: PersistentWish): Promise<MadeVolume>
}

/** Volumes by a claim: one that the pod names, or one that was made for it. */
export function claimSort(sources: ClaimSources, sorts: readonly PersistentSort[]): VolumeSort {
  return {
    has: ({ persistentVolumeClaim, ephemeral }) =>
      persistentVolumeClaim !== undefined || ephemeral !== undefined,
    isRefreshed: () => false,
    async make(wish) {
      const { persistentVolume } = await boundVolume(wish.pod, wish.volume, sources)
      const { spec = {}, metadata } = persistentVolume
      const sort = sorts.find((one) => one.has(spec))
      const named = metadata.name === undefined ? {} : { volume: metadata.name }
      if (sort === undefined) throw new VolumeError('no volume plugin matched', named)
      if (spec.volumeMode === 'Block')
        throw new VolumeError('volumes of mode Block are not supported by this node', named)
      const readOnly = wish.volume.persistentVolumeClaim?.readOnly === true
      try {
        return await sort.make({ ...wish, persistentVolume, spec, readOnly })
      } catch (error) {
        if (error instanceof VolumeError)
          throw new VolumeError(error.message, { cause: error, step: error.step, ...named })
        throw error
      }
    },
  }
}
