import { watch } from 'node:fs'
import { dirname } from 'node:path'
import { type Cancel, onCancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { LogOptions } from './log-options.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import { LogPrinter } from './log-printer.ts'

/** What following a log needs to know of the container. */
export interface LogSource {
  readonly path: string
  /** False once the container has ended: nothing more will be written. */
  readonly isRunning: () => Promise<boolean>
  readonly clock: Clock
}

/** How often the file is looked at, should the system not tell of a change. */
const pollMs = 500
/** The runtime goes over to a new file a moment after that is there. */
const handOverMs = 100

const nothing = Buffer.alloc(0)

/** What a container wrote, in pieces; with `follow` until the container ends or the signal fires. */
export async function* readLog(
  source: LogSource,
  options: LogOptions,
  signal: Cancel,
): AsyncGenerator<Buffer> {
  const file = await openLogFile(source.path)
  const printer = new LogPrinter(options)
  const follower = options.follow ? new Follower(source, file) : undefined
  try {
    if (options.tailLines !== undefined) await file.toTail(options.tailLines)
    let begun: Buffer = nothing
    while (!printer.isSpent && !signal.aborted) {
      const read = await file.read()
      const text = begun.length === 0 ? read : Buffer.concat([begun, read])
      const end = text.lastIndexOf(0x0a) + 1
      begun = text.subarray(end)
      const printed = printer.print(text.subarray(0, end))
      if (printed.length > 0) yield printed
      if (read.length > 0 || (await follower?.more(signal))) continue
      const last = printer.print(begun)
      if (last.length > 0) yield last
      return
    }
  } finally {
    follower?.close()
    await file.close()
  }
}

/** Waits at the end of a log for more of it. */
class Follower {
  readonly #source: LogSource
  readonly #file: LogFile
  readonly #stopWatching: () => void
  #changed = false
  #wake = () => {}
  #askedAt = Number.NEGATIVE_INFINITY
  #hasEnded = false
  #isRotated = false

  constructor(source: LogSource, file: LogFile) {
    this.#source = source
    this.#file = file
    const watcher = watch(dirname(source.path), () => this.#notice())
    // The folder goes with its pod: then the list of the runtime tells.
    watcher.on('error', () => watcher.close())
    this.#stopWatching = () => watcher.close()
  }

  #notice(): void {
    this.#changed = true
    this.#wake()
  }

  /** Called at the end of the file; true when it is worth reading again. */
  async more(signal: Cancel): Promise<boolean> {
    if (this.#isRotated) {
      this.#isRotated = false
      await this.#file.reopen()
      return true
    }
    if (await this.#file.isRotated()) {
      // What was written to the old file meanwhile is read before the new one.
      this.#isRotated = true
      await sleep(this.#source.clock, handOverMs, signal).catch(() => {})
      return true
    }
    if (this.#hasEnded) return false
    if (await this.#ends()) return true
    await this.#change(signal)
    return true
  }

  /** True at the moment when the container turns out to have ended: what it wrote last is still to be read. */
  async #ends(): Promise<boolean> {
    const { clock, isRunning } = this.#source
    if (clock.monotonic() - this.#askedAt < pollMs) return false
    this.#askedAt = clock.monotonic()
    this.#hasEnded = !(await isRunning())
    return this.#hasEnded
  }

  async #change(signal: Cancel): Promise<void> {
    if (!this.#changed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          cancel()
          release()
          resolve()
        }
        const cancel = this.#source.clock.after(pollMs, wake)
        const release = onCancel(signal, wake)
        this.#wake = wake
      })
    }
    this.#changed = false
  }

  close(): void {
    this.#stopWatching()
  }
}
