import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { runningProcess, stopProcess } from '../containerd/process.ts'
import { type Registry, startRegistry } from '../images/registry.ts'
import { checkPorts, freePort, portFault } from './ports.ts'

const address = '127.0.0.1'
const portDefault = 5000

/** Whether a registry was started below this folder before: pods may still want its images. */
export async function hasRegistry(folder: string): Promise<boolean> {
  return stat(join(folder, 'data')).then(
    () => true,
    () => false,
  )
}

/**
 * Starts the cluster's registry: on the port that was asked for, or the one it had before, because images of pods are
 * named after it, or 5000, or any free one.
 * @throws Problem when a port that it must have is taken.
 */
export async function openRegistry(
  folder: string,
  wanted: number | undefined,
  clock: Clock,
  log: Log,
): Promise<Registry> {
  const config = join(folder, 'config.yml')
  const left = await runningProcess(join(folder, 'registry.pid'), config)
  if (left !== undefined) await stopProcess(left, clock)
  const fixed = wanted ?? (await earlierPort(config))
  if (fixed === undefined) return startSomewhere(folder, clock, log)
  await checkPorts([{ what: 'the registry', address, port: fixed, flag: 'registry-port' }])
  return startRegistry(folder, fixed, clock, log)
}

async function startSomewhere(folder: string, clock: Clock, log: Log): Promise<Registry> {
  const port = await freePort(address, portDefault)
  try {
    return await startRegistry(folder, port, clock, log)
  } catch (error) {
    // Another cluster that starts at the same time may have been quicker.
    if ((await portFault(address, port)) === undefined) throw error
    return startRegistry(folder, await freePort(address, portDefault), clock, log)
  }
}

async function earlierPort(config: string): Promise<number | undefined> {
  const port = /^\s*addr: \S+:(\d+)$/m.exec(await readFile(config, 'utf8').catch(() => ''))?.[1]
  return port === undefined ? undefined : Number(port)
}
