import { readFile, readdir } from 'node:fs/promises'
import { never } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'

const politeMsMax = 10_000

/** Whether a process exists and has not ended; a zombie has, once all its threads have. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return false
  if (!/^\d+ \(.*\) [ZX]/s.test(stat)) return true
  // The first thread may be gone while others still hold the process's ports and files.
  return (await readdir(`/proc/${pid}/task`).catch(() => [])).length > 1
}

/** The command line of a process, or undefined when it is gone. */
export async function commandLine(pid: number): Promise<readonly string[] | undefined> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : text.split('\0').slice(0, -1)
}

/**
 * The process that a pid file names, if it still runs. Pids are used again, so its command line must hold `word`.
 */
export async function runningProcess(pidFile: string, word: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10)
  if (!Number.isInteger(pid) || !(await isAlive(pid))) return undefined
  return (await commandLine(pid))?.includes(word) === true ? pid : undefined
}

/** Asks a process to end, waits, and ends it by force when it does not. */
export async function stopProcess(pid: number, clock: Clock): Promise<void> {
  send(pid, 'SIGTERM')
  const deadline = clock.monotonic() + politeMsMax
  while (await isAlive(pid)) {
    if (clock.monotonic() > deadline) send(pid, 'SIGKILL')
    await sleep(clock, 20, never)
  }
}

/** Sends a signal; a process that has gone meanwhile is no error. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
