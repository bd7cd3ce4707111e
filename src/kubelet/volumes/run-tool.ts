import { spawn } from 'node:child_process'
import { type Cancel, never, onCancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { withTimeLimit } from '../pod/time-limit.ts'
import { VolumeError } from './payload.ts'

/**
 * Runs a program of the system and gives what it printed. What may touch a file system that does not answer is done by
 * a process of its own, because a thread of ours would be lost to it. @throws VolumeError with what it complained of.
 */
export type RunTool = (program: string, args: readonly string[], signal?: Cancel) => Promise<string>

/** A program that ended by telling what is wrong. */
export class ToolFailed extends VolumeError {
  readonly stdout: string

  constructor(message: string, stdout: string) {
    super(message)
    this.stdout = stdout
  }
}

const limitMsDefault = 30_000

/** Runs programs that are given up, and killed, after a time. */
export function toolRunner(clock: Clock, limitMs: number = limitMsDefault): RunTool {
  return (program, args, signal = never) =>
    withTimeLimit(clock, limitMs, signal, (limited) => runTool(program, args, limited))
}

function runTool(program: string, args: readonly string[], signal: Cancel): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const said = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text))
    }
    // Not waited for: a process that waits for a dead file system may not even end when it is killed.
    const release = onCancel(signal, () => {
      child.kill('SIGKILL')
      child.unref()
      reject(new VolumeError(`${program} did not end in time`, { cause: signal.reason }))
    })
    child.on('error', (error) => {
      release()
      reject(error)
    })
    child.on('close', (code) => {
      release()
      if (code === 0) return resolve(said.stdout)
      const why = said.stderr.trim() || `exit status ${code}`
      reject(new ToolFailed(`${program} failed: ${why}`, said.stdout))
    })
  })
}
