import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import type { PodCgroups } from './pod-cgroups.ts'

/** What is needed to find cgroups that were left behind. */
export interface CgroupKeeping {
  readonly cgroups: PodCgroups
  /** True for the uid of a pod that nobody names any more; never before every source has spoken. */
  readonly isOrphan: (uid: string) => boolean
  /** Pods that have not come to their end. */
  readonly alive: () => readonly Pod[]
  readonly clock: Clock
  readonly log: Log
}

const firstMs = 1000
const roundMs = 10_000

/** Removes the cgroups of pods that are gone, again and again until the signal fires. */
export async function keepCgroups(keeping: CgroupKeeping, signal: Cancel): Promise<void> {
  // At first nobody has said yet which pods there are.
  let waitMs = firstMs
  while (!signal.aborted) {
    await sleep(keeping.clock, waitMs, signal).catch(() => undefined)
    if (!signal.aborted) await removeOrphans(keeping)
    waitMs = roundMs
  }
}

async function removeOrphans({ cgroups, isOrphan, alive, log }: CgroupKeeping): Promise<void> {
  try {
    for (const uid of (await cgroups.uids()).filter(isOrphan)) await cgroups.remove(uid, alive())
  } catch (error) {
    // Processes that were left in one take a moment to go: it is tried again.
    log.warn('Failed to remove orphaned cgroups of pods', { err: String(error) })
  }
}
