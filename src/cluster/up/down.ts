import { readFile, readdir, realpath, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, sleep } from '#base/clock'
import { never } from '#base/cancel'
import type { Log } from '#base/log'
import type { Files } from '../apiserver/options.ts'
import { runningProcess, stopProcess } from '../containerd/process.ts'
import { mountsBelow, shimsOf, sweep } from '../containerd/sweep.ts'
import type { Progress, Tell } from '../progress/progress.ts'
import { type Claim, claimDataDir } from './claim.ts'
import { isDataDir } from './data-dir.ts'
import { type ClusterLayout, clusterLayout, ownEntries } from './layout.ts'
import { Problem } from './problem.ts'
import { isRunning, readState, removeState } from './run-state.ts'

/** What `kubeling down` is given. */
export interface DownHost {
  readonly clock: Clock
  readonly log: Log
  readonly files: Files
  readonly progress: Progress
}

const stopMsMax = 120_000

/** `kubeling down`: stops a cluster and everything that it, or one that was killed, left behind. @throws Problem */
export async function down(dataDir: string, deleteData: boolean, host: DownHost): Promise<void> {
  const { progress } = host
  const real = await realpath(dataDir).catch(() => undefined)
  if (real === undefined) return progress.say(`Nothing runs: there is no ${dataDir}.`)
  if (!(await isDataDir(real))) throw new Problem(`${real} is no data directory of kubeling`)
  const layout = clusterLayout(real)
  const wasRunning = await stopRunning(layout, host)
  const claim = await claimDataDir(real)
  if (!claim) throw new Problem(`another process still holds ${real}: try again`)
  const hadLeftovers = await removeLeftovers(layout, host, claim)
  if (deleteData) await deleteAll(layout, progress)
  const did = wasRunning || hadLeftovers || deleteData
  progress.say(
    did ? `kubeling is down${deleteData ? '' : `; its data is kept in ${real}`}.` : 'Nothing runs.',
  )
}

/** Asks a running `kubeling up` to stop and waits for it; true when there was one. */
async function stopRunning({ state }: ClusterLayout, host: DownHost): Promise<boolean> {
  const running = await readState(state, host.files)
  if (!running || !(await isRunning(running))) return false
  await host.progress.step(`Stopping kubeling up (process ${running.pid})`, async () => {
    const { clock } = host
    process.kill(running.pid, 'SIGTERM')
    const deadline = clock.monotonic() + stopMsMax
    while (await isRunning(running)) {
      if (clock.monotonic() > deadline) process.kill(running.pid, 'SIGKILL')
      await sleep(clock, 50, never)
    }
  })
  return true
}

/** True when something was left that had to be removed. */
async function removeLeftovers(layout: ClusterLayout, host: DownHost, claim: Claim): Promise<boolean> {
  const { clock, log, progress } = host
  const isLeft = await hasLeftovers(layout)
  if (isLeft) {
    await progress.step('Ending what was left behind', (tell) => removeContainers(layout, host, tell))
    const registry = await registryPid(layout)
    if (registry !== undefined) await stopProcess(registry, clock)
  }
  await sweep(layout.containerd, clock, log)
  await removeState(layout.state)
  await claim.release()
  return isLeft
}

async function removeContainers(layout: ClusterLayout, { clock, log }: DownHost, tell: Tell): Promise<void> {
  const { removePods } = await import('./remove-pods.ts')
  await removePods(layout.containerd, clock, log, tell)
}

const registryPid = ({ registry }: ClusterLayout) =>
  runningProcess(join(registry, 'registry.pid'), join(registry, 'config.yml'))

async function hasLeftovers(layout: ClusterLayout): Promise<boolean> {
  const { containerd } = layout
  if ((await runningProcess(containerd.pidFile, containerd.config)) !== undefined) return true
  if ((await registryPid(layout)) !== undefined) return true
  if ((await shimsOf(containerd.socket)).length > 0) return true
  return mountsBelow(await readFile('/proc/self/mounts', 'utf8'), layout.dataDir).length > 0
}

async function deleteAll(layout: ClusterLayout, progress: Progress): Promise<void> {
  await progress.step(`Deleting data in ${layout.dataDir}`, async () => {
    for (const entry of ownEntries) await rm(join(layout.dataDir, entry), { recursive: true, force: true })
    // What others put there stays, and the folder with it.
    if ((await readdir(layout.dataDir)).length === 0) await rmdir(layout.dataDir)
  })
}
