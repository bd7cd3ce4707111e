import type { Cancel } from '#base/cancel'
import { type Runtime, isRuntimeFault } from '../contract.ts'
import { readDisk } from './machine.ts'
import type { DiskReading, RuntimeReadings } from './readings.ts'

/** Asks the runtime how it is; a runtime that is away gives a reading with its fault. */
export async function readRuntime(runtime: Runtime, signal: Cancel): Promise<RuntimeReadings> {
  try {
    const version = await runtime.version(signal)
    const [{ conditions }, images, usages] = await Promise.all([
      runtime.status(signal),
      runtime.listImages(signal),
      runtime.imageFsInfo(signal),
    ])
    return {
      version: `${version.name}://${version.version}`,
      conditions,
      images,
      imageDisk: await imageDisk(usages[0]?.mountpoint),
      fault: undefined,
    }
  } catch (error) {
    if (!isRuntimeFault(error)) throw error
    return { version: '', conditions: [], images: [], imageDisk: undefined, fault: error.message }
  }
}

/** The runtime may name a folder that it has not made yet. */
async function imageDisk(mountpoint: string | undefined): Promise<DiskReading | undefined> {
  return mountpoint === undefined ? undefined : readDisk(mountpoint).catch(() => undefined)
}
