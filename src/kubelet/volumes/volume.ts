import type { Cancel } from '#base/cancel'
import type { Pod, Volume } from '#kinds/gen/core-v1'
import type { VolumeUsage } from '../contract.ts'

/** A volume that is there. */
export interface MadeVolume {
  /** Where it lies on the host. */
  readonly path: string
  /** True when no container may write to it. */
  readonly readOnly?: boolean
  /** True for one that its maker wants to make again and again while the pod runs. */
  readonly isRefreshed?: boolean
  /** What it holds, from who made it; its folder is measured without it. */
  readonly usage?: (signal: Cancel) => Promise<VolumeUsage>
}

/** The volumes of a pod by the pod's names for them. */
export type MadeVolumes = ReadonlyMap<string, MadeVolume>

/** A volume of a pod that is to be there. */
export interface VolumeWish {
  readonly pod: Pod
  readonly uid: string
  readonly volume: Volume
  readonly signal: Cancel
}

/** One sort of volumes. */
export interface VolumeSort {
  /** True for a volume of this sort. */
  has(volume: Volume): boolean
  /** True for one that is made again and again while its pod runs. */
  isRefreshed(volume: Volume): boolean
  /** Makes what is missing; doing it twice does no harm. @throws VolumeError */
  make(wish: VolumeWish): Promise<MadeVolume>
  /** Takes away what making left outside of this process, before the pod's folder goes. */
  release?(uid: string, signal: Cancel): Promise<void>
}
