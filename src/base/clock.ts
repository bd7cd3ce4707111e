import { type Cancel, onCancel } from './cancel.ts'

/** Time as a parameter: everybody is given a clock, nobody but `host` asks the machine. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number
  /** Never goes back; milliseconds from an arbitrary start. */
  monotonic(): number
  /** Calls `run` once after `delayMs`; gives a function that cancels it. An unref'd timer does not keep a process alive. */
  after(delayMs: number, run: () => void, options?: { unref?: boolean }): () => void
}

/** Resolves after `delayMs`. @throws the signal's reason when it fires first. */
export function sleep(clock: Clock, delayMs: number, signal: Cancel): Promise<void> {
  return new Promise((resolve, reject) => {
    const release = onCancel(signal, () => {
      cancelTimer()
      reject(signal.reason)
    })
    const cancelTimer = signal.aborted
      ? () => {}
      : clock.after(delayMs, () => {
          release()
          resolve()
        })
  })
}
