import { timeOf } from '#base/time'
import type { ContainerStats, FilesystemUsage } from '../contract.ts'
import type { DiskReading, MachineReadings } from '../node/readings.ts'
import { podLabels } from '../pod/labels.ts'
import type { Endpoint, KubeletServerOptions } from './contract.ts'
import { json } from './refusal.ts'

type Needs = Pick<KubeletServerOptions, 'nodeName' | 'runtime' | 'readMachine' | 'clock' | 'pods'>

/** `/stats/summary`: what the node and its containers use. */
export function statsSummaryEndpoint({ nodeName, runtime, readMachine, clock, pods }: Needs): Endpoint {
  return async ({ request }) => {
    const [machine, stats] = await Promise.all([
      readMachine(),
      runtime.listContainerStats({}, request.signal),
    ])
    const byPod = Map.groupBy(stats, ({ labels }) => labels[podLabels.uid] ?? '')
    return json({
      node: nodeStats(nodeName, machine, clock.now()),
      pods: [...byPod].map(([uid, members]) => ({
        podRef: {
          name: members[0]?.labels[podLabels.name] ?? '',
          namespace: members[0]?.labels[podLabels.namespace] ?? '',
          uid,
        },
        startTime: pods.statusOf(uid)?.startTime ?? null,
        containers: members.map((one) => containerStats(one, machine.nodeDisk)),
      })),
    })
  }
}

function nodeStats(nodeName: string, machine: MachineReadings, now: number) {
  const time = timeOf(now)
  const { memoryBytes, memoryAvailableBytes, nodeDisk } = machine
  return {
    nodeName,
    startTime: timeOf(now - performance.now()),
    memory: {
      time,
      availableBytes: memoryAvailableBytes,
      usageBytes: memoryBytes - memoryAvailableBytes,
      workingSetBytes: memoryBytes - memoryAvailableBytes,
    },
    fs: {
      time,
      availableBytes: nodeDisk.availableBytes,
      capacityBytes: nodeDisk.totalBytes,
      usedBytes: nodeDisk.totalBytes - nodeDisk.availableBytes,
      inodesFree: nodeDisk.inodesFree,
      inodes: nodeDisk.inodes,
      inodesUsed: nodeDisk.inodes - nodeDisk.inodesFree,
    },
    rlimit: {
      time,
      maxpid: Number.isFinite(machine.processesMax) ? machine.processesMax : undefined,
      curproc: machine.processes,
    },
  }
}

function containerStats(stats: ContainerStats, disk: DiskReading) {
  return {
    name: stats.labels[podLabels.container] ?? stats.name,
    startTime: null,
    cpu: {
      time: timeOf(stats.cpuTimestamp),
      usageNanoCores: stats.cpuNanoCores,
      usageCoreNanoSeconds: stats.cpuCoreNanos,
    },
    memory: {
      time: timeOf(stats.memoryTimestamp),
      usageBytes: stats.memoryUsageBytes,
      workingSetBytes: stats.memoryWorkingSetBytes,
      rssBytes: stats.memoryRssBytes,
      pageFaults: stats.memoryPageFaults,
      majorPageFaults: stats.memoryMajorPageFaults,
    },
    ...(stats.writableLayer && { rootfs: layerStats(stats.writableLayer, disk) }),
  }
}

const layerStats = ({ timestamp, usedBytes, inodesUsed }: FilesystemUsage, disk: DiskReading) => ({
  time: timeOf(timestamp),
  availableBytes: disk.availableBytes,
  capacityBytes: disk.totalBytes,
  usedBytes,
  inodesUsed,
})
