import { readFile, readdir, statfs } from 'node:fs/promises'
import { cpus, release } from 'node:os'
import type { DiskReading, MachineReadings } from './readings.ts'

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

/** The machine's architecture as Kubernetes names it. */
export const architecture = architectures[process.arch] ?? process.arch

/** Reads the machine. `rootDir` is the kubelet's own folder, whose file system counts as the node's. */
export async function readMachine(rootDir: string): Promise<MachineReadings> {
  const [memory, machineId, systemUuid, bootId, release_, load, pidMax, threadsMax] = await Promise.all([
    text('/proc/meminfo'),
    text('/etc/machine-id'),
    text('/sys/class/dmi/id/product_uuid'),
    text('/proc/sys/kernel/random/boot_id'),
    text('/etc/os-release'),
    text('/proc/loadavg'),
    text('/proc/sys/kernel/pid_max'),
    text('/proc/sys/kernel/threads-max'),
  ])
  return {
    architecture,
    operatingSystem: process.platform,
    machineId: machineId.trim(),
    // Machines without firmware tables have no UUID; the machine id is as unique.
    systemUuid: systemUuid.trim() || machineId.trim(),
    bootId: bootId.trim(),
    kernelVersion: release(),
    osImage: osName(release_),
    cpus: cpus().length,
    memoryBytes: memoryBytes(memory, 'MemTotal'),
    memoryAvailableBytes: memoryBytes(memory, 'MemAvailable'),
    swapBytes: memoryBytes(memory, 'SwapTotal'),
    hugePages: await readHugePages('/sys/kernel/mm/hugepages'),
    nodeDisk: await readDisk(rootDir),
    processesMax: Math.min(Number(pidMax) || Infinity, Number(threadsMax) || Infinity),
    processes: runningProcesses(load),
  }
}

/** Space and inodes of the file system that a path is on. */
export async function readDisk(path: string): Promise<DiskReading> {
  const { bsize, blocks, bavail, files, ffree } = await statfs(path)
  return {
    totalBytes: bsize * blocks,
    availableBytes: bsize * bavail,
    inodes: files,
    inodesFree: ffree,
  }
}

/** The pretty name of /etc/os-release. */
export function osName(release_: string): string {
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release_)?.[1] ?? 'Linux'
}

/** A line of /proc/meminfo in bytes. */
export function memoryBytes(meminfo: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1] ?? 0) * 1024
}

/** The second number of /proc/loadavg's fourth field: all tasks. */
export function runningProcesses(loadavg: string): number {
  return Number(/ \d+\/(\d+) /.exec(loadavg)?.[1] ?? 0)
}

async function readHugePages(folder: string): Promise<MachineReadings['hugePages']> {
  const names = await readdir(folder).catch(() => [])
  const pages = names
    .toSorted((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => /^hugepages-(\d+)kB$/.exec(name)?.[1] ?? [])
  return Promise.all(
    pages.map(async (size) => {
      const pageBytes = Number(size) * 1024
      const count = Number(await text(`${folder}/hugepages-${size}kB/nr_hugepages`))
      return { pageBytes, totalBytes: pageBytes * count }
    }),
  )
}

/** The file's text; empty when the machine has no such file or keeps it to itself. */
async function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
