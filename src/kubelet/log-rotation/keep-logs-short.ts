import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import type { PodManager, Runtime } from '../contract.ts'
import { type LogLimits, rotateLog } from './rotate-log.ts'

/** What rotation of logs needs. */
export interface LogRotationOptions {
  readonly pods: PodManager
  readonly runtime: Runtime
  readonly clock: Clock
  readonly log: Log
  readonly limits: LogLimits
  readonly checkMs?: number
}

const checkMsDefault = 10_000

/** Looks at the logs of running containers again and again until the signal fires, and puts aside what is too long. */
export async function keepLogsShort(options: LogRotationOptions, signal: Cancel): Promise<void> {
  const { pods, runtime, clock, log, limits, checkMs = checkMsDefault } = options
  while (!signal.aborted) {
    for (const { id, path } of runningLogs(pods)) {
      try {
        await rotateLog(path, limits, clock.now(), () => runtime.reopenContainerLog(id, signal))
      } catch (error) {
        if (!signal.aborted) log.warn('Cannot put a log aside', { path, err: error })
      }
    }
    await sleep(clock, checkMs, signal).catch(() => {})
  }
}

/** The containers that write, with their logs. */
function runningLogs(pods: PodManager): { id: string; path: string }[] {
  return pods.pods().flatMap(({ metadata, spec }) => {
    const names = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ name }) => name)
    return names.flatMap((name) => {
      const uid = metadata.uid ?? ''
      const handle = pods.container(uid, name)
      const path = pods.logPath(uid, name)
      return handle?.state === 'running' && path !== undefined ? [{ id: handle.id, path }] : []
    })
  })
}
