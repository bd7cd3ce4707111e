import type { MachineReadings, RuntimeReadings } from '#kubelet'

const gibi = 2 ** 30
const disk = { totalBytes: 40 * gibi, availableBytes: 20 * gibi, inodes: 1000, inodesFree: 900 }

/** A machine that is well. */
export const machineReadings = (more: Partial<MachineReadings> = {}): MachineReadings => ({
  architecture: 'amd64',
  operatingSystem: 'linux',
  machineId: 'machine',
  systemUuid: 'system',
  bootId: 'boot',
  kernelVersion: '6.1.0',
  osImage: 'Debian GNU/Linux 12 (bookworm)',
  cpus: 2,
  memoryBytes: 4 * gibi,
  memoryAvailableBytes: 3 * gibi,
  hugePages: [{ pageBytes: 2 ** 21, totalBytes: 0 }],
  nodeDisk: disk,
  processesMax: 32_768,
  processes: 100,
  ...more,
})

/** A runtime that is well. */
export const runtimeReadings = (more: Partial<RuntimeReadings> = {}): RuntimeReadings => ({
  version: 'containerd://1.6.20',
  conditions: [
    { type: 'RuntimeReady', status: true, reason: '', message: '' },
    { type: 'NetworkReady', status: true, reason: '', message: '' },
  ],
  images: [],
  imageDisk: disk,
  fault: undefined,
  ...more,
})
