import { watch } from 'node:fs'
import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Pod } from '#kinds/gen/core-v1'
import type { PodManager } from '../contract.ts'
import { Pause } from '../pause.ts'
import { type ManifestOptions, ManifestReader } from './manifest-reader.ts'
import { successors } from './successors.ts'

/** What static pods need besides their manifests. */
export interface FollowOptions extends ManifestOptions {
  readonly clock: Clock
  readonly pods: Pick<PodManager, 'pods' | 'update'>
  /** How often manifests are read even when nothing was seen to change. */
  readonly checkMs?: number
  /** Hears of all static pods whenever they are read. */
  readonly onPods: (pods: readonly Pod[]) => void
}

const checkMsDefault = 20_000
/** Editors write a file in several steps. */
const settleMs = 100
/** How soon a pod whose predecessor is ending is tried again. */
const succeedMs = 200

/** Keeps the pods of a node in line with its manifests until the signal fires. */
export async function followManifests(options: FollowOptions, signal: Cancel): Promise<void> {
  const { clock, path, pods, checkMs = checkMsDefault } = options
  const reader = new ManifestReader(options)
  while (!signal.aborted) {
    const pause = new Pause(clock)
    // Watched anew each time: the folder may have come since, or be another one.
    const stopWatching = watchPath(path, () => pause.shorten(settleMs))
    const wanted = await reader.read(clock.now())
    if (wanted) options.onPods(wanted)
    const ready = wanted && successors(wanted, pods.pods())
    if (ready && !signal.aborted) pods.update('file', ready)
    const isHeldBack = (ready?.length ?? 0) < (wanted?.length ?? 0)
    await pause.over(isHeldBack ? succeedMs : checkMs, signal)
    stopWatching()
  }
}

/** Calls `changed` when something changes at the path; a path that is not there is only looked for. */
function watchPath(path: string, changed: () => void): () => void {
  try {
    const watcher = watch(path, changed)
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => {}
  }
}
