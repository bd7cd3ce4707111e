import { parseQuantity, quantityValue } from '#base/quantity'
import type { DiskReading, MachineReadings, RuntimeReadings } from './readings.ts'

/** How little of something may be left before the node is under pressure: a fraction of the whole, or an amount. */
export type Threshold = { readonly fraction: number } | { readonly amount: number }

/** By signal name, such as `memory.available`. */
export type Thresholds = Readonly<Record<string, Threshold>>

/** The limits that hold when nothing else is said; upstream's. */
export const defaultThresholds: Readonly<Record<string, string>> = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
}

/** Those of containers follow nodefs or imagefs, whichever file system containers are on, whatever is said of them. */
const signals = [
  ...Object.keys(defaultThresholds),
  'pid.available',
  'containerfs.available',
  'containerfs.inodesFree',
]

/** Reads thresholds as written on the command line. @throws RangeError naming the wrong one. */
export function parseThresholds(texts: Readonly<Record<string, string>>): Thresholds {
  return Object.fromEntries(
    Object.entries(texts).map(([signal, text]) => {
      if (!signals.includes(signal)) {
        throw new RangeError(
          `unknown eviction signal ${JSON.stringify(signal)}; known are ${signals.join(', ')}`,
        )
      }
      return [signal, parseThreshold(signal, text)]
    }),
  )
}

function parseThreshold(signal: string, text: string): Threshold {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]
  if (percent !== undefined && Number(percent) <= 100) return { fraction: Number(percent) / 100 }
  const quantity = parseQuantity(text)
  if (!quantity || percent !== undefined) {
    throw new RangeError(
      `eviction threshold of ${signal} must be a quantity or a percentage, got ${JSON.stringify(text)}`,
    )
  }
  return { amount: quantityValue(quantity) }
}

/** The amount that a threshold means for a whole. */
export function amountOf(threshold: Threshold | undefined, whole: number): number {
  if (!threshold) return 0
  return 'fraction' in threshold ? Math.floor(threshold.fraction * whole) : threshold.amount
}

/** What the node is short of. */
export interface Pressure {
  readonly memory: boolean
  readonly disk: boolean
  readonly pid: boolean
}

/** Compares readings with thresholds. */
export function toPressure(
  machine: MachineReadings,
  runtime: RuntimeReadings,
  thresholds: Thresholds,
): Pressure {
  const isBelow = (signal: string, left: number, whole: number) => {
    const threshold = thresholds[signal]
    return threshold !== undefined && left < amountOf(threshold, whole)
  }
  const isShort = (name: string, disk: DiskReading) =>
    isBelow(`${name}.available`, disk.availableBytes, disk.totalBytes) ||
    // Some file systems make inodes as they need them and count none.
    (disk.inodes > 0 && isBelow(`${name}.inodesFree`, disk.inodesFree, disk.inodes))
  return {
    memory: isBelow('memory.available', machine.memoryAvailableBytes, machine.memoryBytes),
    disk:
      isShort('nodefs', machine.nodeDisk) ||
      (runtime.imageDisk !== undefined && isShort('imagefs', runtime.imageDisk)),
    pid: isBelow('pid.available', machine.processesMax - machine.processes, machine.processesMax),
  }
}
