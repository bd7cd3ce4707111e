import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cancel } from '#base/cancel'
import type { Pod } from '#kinds/gen/core-v1'
import type { ContainerStats, PodManager, Runtime } from '../contract.ts'
import { podLogFolder } from '../env/log-paths.ts'
import { podLabels } from '../pod/labels.ts'
import type { PodUse } from './rank.ts'

/** What measures pods. */
export interface PodMeter {
  readonly runtime: Pick<Runtime, 'listContainerStats'>
  readonly pods: Pick<PodManager, 'volumeUsage'>
  readonly podLogsDir: string
}

/** What pods use. Disks are looked at only when asked for: that reads every file. */
export async function measurePods(
  { runtime, pods, podLogsDir }: PodMeter,
  running: readonly Pod[],
  withDisks: boolean,
  signal: Cancel,
): Promise<PodUse[]> {
  const stats = await runtime.listContainerStats({}, signal)
  const byPod = Map.groupBy(stats, ({ labels }) => labels[podLabels.uid] ?? '')
  return Promise.all(
    running.map(async (pod): Promise<PodUse> => {
      const uid = pod.metadata.uid ?? ''
      const members = byPod.get(uid)
      if (members === undefined) return { pod, use: undefined }
      const logs = withDisks ? await logBytes(podLogFolder(podLogsDir, pod)) : new Map<string, number>()
      const volumes = withDisks ? await ownVolumes(pods, pod, signal) : { bytes: 0, inodes: 0 }
      return { pod, use: toUse(members, logs, volumes) }
    }),
  )
}

interface Space {
  readonly bytes: number
  readonly inodes: number
}

function toUse(members: readonly ContainerStats[], logs: ReadonlyMap<string, number>, volumes: Space) {
  const containers = members.map(({ labels, name, memoryWorkingSetBytes, writableLayer }) => {
    const own = labels[podLabels.container] ?? name
    const diskBytes = writableLayer && writableLayer.usedBytes + (logs.get(own) ?? 0)
    return { name: own, memoryBytes: memoryWorkingSetBytes, diskBytes }
  })
  const logged = [...logs.values()].reduce((sum, one) => sum + one, 0)
  const layers = members.map(({ writableLayer }) => writableLayer)
  return {
    containers,
    memoryBytes: containers.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0),
    diskBytes: layers.reduce((sum, one) => sum + (one?.usedBytes ?? 0), logged + volumes.bytes),
    inodes: layers.reduce((sum, one) => sum + (one?.inodesUsed ?? 0), volumes.inodes),
  }
}

/** What a pod's folders on the node's disk hold; those in memory count as memory. */
async function ownVolumes(pods: PodMeter['pods'], pod: Pod, signal: Cancel): Promise<Space> {
  const usage = await pods.volumeUsage(pod.metadata.uid ?? '', signal)
  const own = (pod.spec?.volumes ?? []).flatMap(({ name, emptyDir }) => {
    const used = emptyDir && emptyDir.medium !== 'Memory' ? usage.get(name) : undefined
    return used ? [used] : []
  })
  return {
    bytes: own.reduce((sum, { usedBytes }) => sum + usedBytes, 0),
    inodes: own.reduce((sum, { inodesUsed }) => sum + inodesUsed, 0),
  }
}

/** The lengths of logs by container, those that were put aside among them. */
async function logBytes(folder: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const containers = entries.filter((one) => one.isDirectory()).map(({ name }) => name)
  const lengths = containers.map(async (name) => {
    const files = await readdir(join(folder, name)).catch(() => [])
    const sizes = await Promise.all(
      files.map((file) =>
        stat(join(folder, name, file)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    )
    return [name, sizes.reduce((sum, size) => sum + size, 0)] as const
  })
  return new Map(await Promise.all(lengths))
}
