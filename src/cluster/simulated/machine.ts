import { architecture, type MachineReadings } from '#kubelet'

const gibi = 2 ** 30
const disk = { totalBytes: 512 * gibi, availableBytes: 480 * gibi, inodes: 2 ** 25, inodesFree: 2 ** 24 }

/** The machine of a simulated node, on which nothing ever becomes scarce. */
export const simulatedMachine = (name: string, cpus: number, memoryBytes: number): MachineReadings => ({
  architecture,
  operatingSystem: 'linux',
  machineId: name,
  systemUuid: name,
  bootId: name,
  kernelVersion: 'simulated',
  osImage: 'simulated by kubeling',
  cpus,
  memoryBytes,
  memoryAvailableBytes: memoryBytes,
  hugePages: [],
  nodeDisk: disk,
  processesMax: 2 ** 22,
  processes: 1,
})
