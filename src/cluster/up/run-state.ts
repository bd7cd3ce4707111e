import { readFile, rm } from 'node:fs/promises'
import { isAlive } from '../containerd/process.ts'
import type { Files } from '../apiserver/options.ts'

/** What a running `kubeling up` says of itself to `status` and `down`. */
export interface RunState {
  readonly phase: 'starting' | 'up' | 'stopping'
  readonly pid: number
  /** When the process began, in the kernel's ticks: a pid that is used again has another. */
  readonly processStart: string
  /** RFC 3339. */
  readonly since: string
  readonly nodeName: string
  readonly url?: string
  readonly registry?: string
}

/** When a process began, in the kernel's ticks since boot; undefined for one that is gone. */
export async function processStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The program's name may hold spaces and brackets; the fields after the last bracket are counted.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

/** The state that was written last, whether its process still runs or not. */
export async function readState(path: string, files: Files): Promise<RunState | undefined> {
  const bytes = await files.read(path)
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as RunState
  } catch {
    // Half a file is as good as none.
    return undefined
  }
}

/** Whether the process that wrote the state still runs. */
export async function isRunning(state: RunState): Promise<boolean> {
  return (await isAlive(state.pid)) && (await processStart(state.pid)) === state.processStart
}

/** Writes the state, readable by everybody: it holds no secret. */
export function writeState(path: string, state: RunState, files: Files): Promise<void> {
  return files.write(path, `${JSON.stringify(state)}\n`, 0o644)
}

/** Removes the state. */
export function removeState(path: string): Promise<void> {
  return rm(path, { force: true })
}
