import { readdir, rm } from 'node:fs/promises'
import { type Cancel, never } from '#base/cancel'
import type { Pod, Volume } from '#kinds/gen/core-v1'
import { Serial } from '../images/serial.ts'
import { fileModeOf } from './file-mode.ts'
import type { PodFolders } from './folders.ts'
import type { VolumeUsage } from '../contract.ts'
import { measureFolder } from './measure.ts'
import { mountPointsIn, unmountAll } from './mounts.ts'
import { failureOf, VolumeError } from './payload.ts'
import type { RunTool } from './run-tool.ts'
import type { MadeVolume, MadeVolumes, VolumeSort } from './volume.ts'

/** Makes the volumes of pods, keeps those that change current, and removes them after the pod. */
export class Volumes {
  readonly folders: PodFolders
  readonly run: RunTool
  readonly #sorts: readonly VolumeSort[]
  readonly #made = new Map<string, MadeVolumes>()
  /** One thing at a time for each pod: nothing is made behind the back of a removal. */
  readonly #turns = new Map<string, Serial>()

  constructor(folders: PodFolders, run: RunTool, sorts: readonly VolumeSort[]) {
    this.folders = folders
    this.run = run
    this.#sorts = sorts
  }

  /** Makes what is missing; the second time for a pod, it only tells what there is. @throws VolumeError */
  async prepare(pod: Pod, signal: Cancel = never): Promise<MadeVolumes> {
    const uid = pod.metadata.uid ?? ''
    return this.#made.get(uid) ?? (await this.#inTurn(uid, () => this.#makeAll(pod, uid, signal)))
  }

  /** Brings what changes up to date, if the pod still has its volumes. @throws VolumeError */
  async refresh(pod: Pod, signal: Cancel = never): Promise<void> {
    const uid = pod.metadata.uid ?? ''
    await this.#inTurn(uid, async () => {
      if (this.#made.has(uid)) await this.#makeAll(pod, uid, signal)
    })
  }

  /** True when the pod has volumes that are to be refreshed. */
  isRefreshed({ metadata, spec }: Pod): boolean {
    const made = this.#made.get(metadata.uid ?? '')
    return (spec?.volumes ?? []).some(
      (volume) => made?.get(volume.name)?.isRefreshed || this.#sortOf(volume)?.isRefreshed(volume),
    )
  }

  /** What the volumes of a pod hold, as far as they are there and `isAsked`. */
  async usage(
    pod: Pod,
    isAsked: (volume: Volume) => boolean,
    signal: Cancel = never,
  ): Promise<Map<string, VolumeUsage>> {
    const made = this.#made.get(pod.metadata.uid ?? '')
    const usage = new Map<string, VolumeUsage>()
    for (const volume of pod.spec?.volumes ?? []) {
      const found = made?.get(volume.name)
      if (found === undefined || volume.hostPath || !isAsked(volume)) continue
      // Others' file systems may not answer: another process asks first.
      if (!volume.emptyDir && !found.usage) await fileModeOf(this.run, found.path, signal)
      const measured = found.usage?.(signal) ?? measureFolder(this.run, found.path, signal)
      usage.set(volume.name, await measured)
    }
    return usage
  }

  /** Removes everything of a pod; harmless when nothing is left. @throws VolumeError when a mount stays */
  async remove(uid: string, signal: Cancel = never): Promise<void> {
    await this.#inTurn(uid, async () => {
      this.#made.delete(uid)
      const folder = this.folders.pod(uid)
      for (const sort of this.#sorts) await sort.release?.(uid, signal)
      await unmountAll(this.run, folder, signal)
      // What is mounted here is not the pod's own: it is never deleted through.
      const left = await mountPointsIn(folder)
      if (left.length > 0) throw new VolumeError(`still mounted: ${left.join(', ')}`)
      await rm(folder, { recursive: true, force: true })
    })
    this.#turns.delete(uid)
  }

  /** The pods that something is left of. */
  async uids(): Promise<string[]> {
    return await readdir(this.folders.all).catch(() => [])
  }

  #inTurn<T>(uid: string, task: () => Promise<T>): Promise<T> {
    const turns = this.#turns.get(uid) ?? new Serial()
    this.#turns.set(uid, turns)
    return turns.run(task)
  }

  #sortOf(volume: Volume): VolumeSort | undefined {
    return this.#sorts.find((sort) => sort.has(volume))
  }

  async #makeAll(pod: Pod, uid: string, signal: Cancel): Promise<MadeVolumes> {
    const before = this.#made.get(uid)
    const made = new Map<string, MadeVolume>()
    for (const volume of pod.spec?.volumes ?? []) {
      const kept = before?.get(volume.name)
      if (signal.aborted) throw signal.reason
      try {
        made.set(volume.name, await this.#make(pod, uid, volume, kept, signal))
      } catch (error) {
        throw failureOf(error, volume.name)
      }
    }
    this.#made.set(uid, made)
    return made
  }

  async #make(pod: Pod, uid: string, volume: Volume, kept: MadeVolume | undefined, signal: Cancel) {
    const sort = this.#sortOf(volume)
    if (sort === undefined) throw new VolumeError('no volume plugin matched')
    if (kept !== undefined && !kept.isRefreshed && !sort.isRefreshed(volume)) return kept
    return await sort.make({ pod, uid, volume, signal })
  }
}
