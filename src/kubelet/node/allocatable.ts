import { parseQuantity, quantityMilliValue, quantityValue } from '#base/quantity'
import type { MachineReadings } from './readings.ts'
import { amountOf, type Thresholds } from './thresholds.ts'

/** Amounts of what a node has. */
export interface NodeAmounts {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly pids: number
}

/** By resource name, as written on the command line. */
export type Reservation = Readonly<Record<string, string>>

/** What may be kept from pods. */
export const reservable = ['cpu', 'memory', 'ephemeral-storage', 'pid']

/** What several reservations keep from pods together. */
export function reservedAmounts(...reservations: readonly (Reservation | undefined)[]): NodeAmounts {
  const sum = (name: string, measure: typeof quantityValue) =>
    reservations.reduce((total, reservation) => {
      const quantity = parseQuantity(reservation?.[name] ?? '0')
      return total + (quantity ? measure(quantity) : 0)
    }, 0)
  return {
    cpuMilli: sum('cpu', quantityMilliValue),
    memoryBytes: sum('memory', quantityValue),
    diskBytes: sum('ephemeral-storage', quantityValue),
    pids: sum('pid', quantityValue),
  }
}

type Machine = Pick<MachineReadings, 'cpus' | 'memoryBytes' | 'hugePages' | 'nodeDisk' | 'processesMax'>

/** What pods may use together before reservations for pressure: the limit of the cgroup of all pods. */
export function forPods(machine: Machine, reserved: NodeAmounts): NodeAmounts {
  return {
    cpuMilli: machine.cpus * 1000 - reserved.cpuMilli,
    memoryBytes: machine.memoryBytes - reserved.memoryBytes,
    diskBytes: machine.nodeDisk.totalBytes - reserved.diskBytes,
    pids: machine.processesMax - reserved.pids,
  }
}

/** What pods may ask for: the rest is kept so that the node comes under pressure before it runs out. */
export function allocatable(machine: Machine, reserved: NodeAmounts, thresholds: Thresholds): NodeAmounts {
  const { cpuMilli, memoryBytes, diskBytes, pids } = forPods(machine, reserved)
  const disk = machine.nodeDisk.totalBytes
  const huge = machine.hugePages.reduce((sum, { totalBytes }) => sum + totalBytes, 0)
  const keptMemory = amountOf(thresholds['memory.available'], machine.memoryBytes)
  return {
    cpuMilli: Math.max(0, cpuMilli),
    memoryBytes: Math.max(0, memoryBytes - huge - keptMemory),
    diskBytes: Math.max(0, diskBytes - amountOf(thresholds['nodefs.available'], disk)),
    pids: Math.max(0, pids),
  }
}

/** Why a node cannot keep so much from its pods; undefined when it can. */
export function reservationFault(
  machine: Machine,
  reserved: NodeAmounts,
  thresholds: Thresholds,
): string | undefined {
  const memory = reserved.memoryBytes + amountOf(thresholds['memory.available'], machine.memoryBytes)
  const disk = reserved.diskBytes + amountOf(thresholds['nodefs.available'], machine.nodeDisk.totalBytes)
  const rows = [
    ['cpu', reserved.cpuMilli, machine.cpus * 1000],
    ['memory', memory, machine.memoryBytes],
    ['ephemeral-storage', disk, machine.nodeDisk.totalBytes],
    ['pid', reserved.pids, machine.processesMax],
  ] as const
  const wrong = rows.find(([, kept, whole]) => kept > whole)
  if (!wrong) return undefined
  const [name, kept, whole] = wrong
  const show = (value: number) => (name === 'cpu' ? `${value}m` : String(value))
  return `invalid Node Allocatable configuration. Resource "${name}" has a reservation of ${show(kept)} but capacity of ${show(whole)}. Expected capacity >= reservation.`
}
