import type { DiskReading, MachineReadings, RuntimeReadings } from '../node/readings.ts'

/** What a pod may be evicted for, as a node's conditions name it. */
export type PressureName = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

/** What is short, as upstream's messages name it. */
export type Scarce = 'memory' | 'ephemeral-storage' | 'inodes' | 'pids'

/** What a signal stands for. */
export interface Signal {
  readonly pressure: PressureName
  readonly scarce: Scarce
}

const disk = (scarce: Scarce): Signal => ({ pressure: 'DiskPressure', scarce })

/** By name. */
export const signals: Readonly<Record<string, Signal>> = {
  'memory.available': { pressure: 'MemoryPressure', scarce: 'memory' },
  'nodefs.available': disk('ephemeral-storage'),
  'nodefs.inodesFree': disk('inodes'),
  'imagefs.available': disk('ephemeral-storage'),
  'imagefs.inodesFree': disk('inodes'),
  'pid.available': { pressure: 'PIDPressure', scarce: 'pids' },
}

/** How much is left of how much. */
export interface Observation {
  readonly available: number
  readonly whole: number
}

/** By signal; what cannot be told is left out. */
export type Observations = ReadonlyMap<string, Observation>

/** What the readings say of each signal. */
export function observe(
  machine: MachineReadings,
  { imageDisk }: Pick<RuntimeReadings, 'imageDisk'>,
): Observations {
  const { memoryAvailableBytes, memoryBytes, processesMax, processes } = machine
  return new Map([
    ['memory.available', { available: memoryAvailableBytes, whole: memoryBytes }],
    ...ofDisk('nodefs', machine.nodeDisk),
    ...(imageDisk ? ofDisk('imagefs', imageDisk) : []),
    ...(Number.isFinite(processesMax)
      ? [['pid.available', { available: processesMax - processes, whole: processesMax }] as const]
      : []),
  ])
}

function ofDisk(name: string, reading: DiskReading): [string, Observation][] {
  const { availableBytes, totalBytes, inodes, inodesFree } = reading
  return [
    [`${name}.available`, { available: availableBytes, whole: totalBytes }],
    // Some file systems make inodes as they need them and count none.
    ...(inodes > 0
      ? [[`${name}.inodesFree`, { available: inodesFree, whole: inodes }] as [string, Observation]]
      : []),
  ]
}
