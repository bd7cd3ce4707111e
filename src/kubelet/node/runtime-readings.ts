import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { type Runtime, isRuntimeFault } from '../contract.ts'
import { withTimeLimit } from '../pod/time-limit.ts'
import { readDisk } from './machine.ts'
import type { DiskReading, RuntimeReadings } from './readings.ts'

/** As long as upstream believes in a runtime that says nothing. */
const patienceMsDefault = 30_000

/** Asks the runtime how it is; a runtime that is away, or hangs, gives a reading with its fault. */
export async function readRuntime(
  runtime: Runtime,
  clock: Clock,
  signal: Cancel,
  patienceMs = patienceMsDefault,
): Promise<RuntimeReadings> {
  let isLate = false
  try {
    return await withTimeLimit(clock, patienceMs, signal, async (limited) => {
      limited.addEventListener('abort', () => (isLate = true), { once: true })
      return await ask(runtime, limited)
    })
  } catch (error) {
    if (signal.aborted || (!isLate && !isRuntimeFault(error))) throw error
    const fault = isLate ? `the runtime did not answer in ${patienceMs / 1000}s` : (error as Error).message
    return { version: '', conditions: [], images: [], imageDisk: undefined, fault }
  }
}

async function ask(runtime: Runtime, signal: Cancel): Promise<RuntimeReadings> {
  const version = await runtime.version(signal)
  const [{ conditions, handlers = [], hasGroupsPolicy }, images, usages] = await Promise.all([
    runtime.status(signal),
    runtime.listImages(signal),
    runtime.imageFsInfo(signal),
  ])
  return {
    version: `${version.name}://${version.version}`,
    conditions,
    handlers,
    ...(hasGroupsPolicy !== undefined && { hasGroupsPolicy }),
    images,
    imageDisk: await imageDisk(usages[0]?.mountpoint),
    fault: undefined,
  }
}

/** The runtime may name a folder that it has not made yet. */
async function imageDisk(mountpoint: string | undefined): Promise<DiskReading | undefined> {
  return mountpoint === undefined ? undefined : readDisk(mountpoint).catch(() => undefined)
}
