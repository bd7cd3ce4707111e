import { readFile, readdir, rm } from 'node:fs/promises'
import { never } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import { openCgroups } from '#kubelet'
import { CommandError, runCommand } from '../run-command.ts'
import type { ContainerdLayout } from './layout.ts'
import { commandLine, stopProcess } from './process.ts'

/**
 * Removes what containers leave outside the data directory once containerd has stopped: shims, cgroups, mounts, network
 * namespaces' links and the bridge. Says what it could not remove and goes on.
 */
export async function sweep(layout: ContainerdLayout, clock: Clock, log: Log): Promise<void> {
  for (const pid of await shimsOf(layout.socket)) await stopProcess(pid, clock)
  await removeCgroups(layout.cgroup, clock, log)
  for (const path of mountsBelow(await readFile('/proc/self/mounts', 'utf8'), layout.dataDir)) {
    await attempt(log, () => runCommand('umount', ['--lazy', path]))
  }
  const interfaces = await readdir('/sys/class/net')
  if (interfaces.includes(layout.bridge)) {
    await attempt(log, () => runCommand('ip', ['link', 'delete', layout.bridge]))
  }
  await rm(`/var/lib/cni/networks/${layout.bridge}`, { recursive: true, force: true })
}

/** Processes that are killed take a moment to leave their cgroups. */
async function removeCgroups(path: string, clock: Clock, log: Log): Promise<void> {
  const deadline = clock.monotonic() + 5000
  for (;;) {
    try {
      return await (await openCgroups()).remove(path)
    } catch (error) {
      if (clock.monotonic() < deadline) await sleep(clock, 50, never)
      else return log.warn('Could not remove cgroups', { path, err: error })
    }
  }
}

/** Pids of the shims that serve the containerd with this socket. */
export async function shimsOf(socket: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const shims: number[] = []
  for (const pid of pids) {
    const words = await commandLine(pid)
    if (words?.[0]?.includes('containerd-shim') === true && words.includes(socket)) shims.push(pid)
  }
  return shims
}

/** Mount points below a folder, innermost first. @param mounts the text of /proc/self/mounts */
export function mountsBelow(mounts: string, folder: string): string[] {
  return mounts
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replace(/\\(\d{3})/g, (_, octal: string) => fromOctal(octal)))
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse()
}

const fromOctal = (octal: string) => String.fromCharCode(Number.parseInt(octal, 8))

async function attempt(log: Log, run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    log.warn('Could not clean up', { err: error })
  }
}
