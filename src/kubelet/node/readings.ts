import type { Image, RuntimeCondition, RuntimeHandler } from '../contract.ts'

/** Space and inodes of a file system. */
export interface DiskReading {
  readonly totalBytes: number
  readonly availableBytes: number
  readonly inodes: number
  readonly inodesFree: number
}

/** What the machine says of itself at one moment. */
export interface MachineReadings {
  readonly architecture: string
  readonly operatingSystem: string
  readonly machineId: string
  readonly systemUuid: string
  readonly bootId: string
  readonly kernelVersion: string
  readonly osImage: string
  readonly cpus: number
  readonly memoryBytes: number
  readonly memoryAvailableBytes: number
  /** 0 without it. */
  readonly swapBytes?: number
  /** Page size in bytes and reserved bytes. */
  readonly hugePages: readonly { readonly pageBytes: number; readonly totalBytes: number }[]
  /** The file system of the kubelet's own folder. */
  readonly nodeDisk: DiskReading
  readonly processesMax: number
  readonly processes: number
}

/** What the container runtime says of itself; `fault` when it does not answer. */
export interface RuntimeReadings {
  /** `containerd://1.6.20` */
  readonly version: string
  readonly conditions: readonly RuntimeCondition[]
  readonly images: readonly Image[]
  /** None from a runtime that does not tell. */
  readonly handlers?: readonly RuntimeHandler[]
  /** True where it can keep a process out of the groups that only the image names. */
  readonly hasGroupsPolicy?: boolean
  readonly imageDisk: DiskReading | undefined
  readonly fault: string | undefined
}
