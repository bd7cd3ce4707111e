import type * as contract from '../contract.ts'
import type { ContainerStats, FilesystemUsage, UInt64Value } from './gen/cri_pb.ts'
import { toMs } from './nanos.ts'

const count = (value: UInt64Value | undefined) => (value === undefined ? undefined : Number(value.value))

/** Space as the runtime measured it. */
export const toFilesystemUsage = (usage: FilesystemUsage): contract.FilesystemUsage => ({
  timestamp: toMs(usage.timestamp),
  mountpoint: usage.fsId?.mountpoint ?? '',
  usedBytes: count(usage.usedBytes) ?? 0,
  inodesUsed: count(usage.inodesUsed) ?? 0,
})

/** What a container uses, as the runtime measured it. */
export const toContainerStats = ({
  attributes,
  cpu,
  memory,
  writableLayer,
}: ContainerStats): contract.ContainerStats => ({
  id: attributes?.id ?? '',
  name: attributes?.metadata?.name ?? '',
  labels: attributes?.labels ?? {},
  cpuTimestamp: toMs(cpu?.timestamp ?? 0n),
  cpuCoreNanos: count(cpu?.usageCoreNanoSeconds),
  cpuNanoCores: count(cpu?.usageNanoCores),
  memoryTimestamp: toMs(memory?.timestamp ?? 0n),
  memoryWorkingSetBytes: count(memory?.workingSetBytes),
  memoryUsageBytes: count(memory?.usageBytes),
  memoryRssBytes: count(memory?.rssBytes),
  memoryPageFaults: count(memory?.pageFaults),
  memoryMajorPageFaults: count(memory?.majorPageFaults),
  writableLayer: writableLayer === undefined ? undefined : toFilesystemUsage(writableLayer),
})
