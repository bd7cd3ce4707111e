import type { Readable, Writable } from 'node:stream'
import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'

/** The world around a command: its streams, its environment, its time. */
export interface Io {
  /** With `isTTY` and `setRawMode` when it is a terminal. */
  readonly stdin: Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown }
  /** With `isTTY`, `columns` and `rows` when it is a terminal. */
  readonly stdout: Writable & { isTTY?: boolean; columns?: number; rows?: number }
  readonly stderr: Writable & { isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** The home folder; '' without one. */
  readonly home: string
  readonly clock: Clock
  /** Fires when the user wants to stop (Ctrl-C). */
  readonly signal: Cancel
}

/** Writes text to standard output. */
export function print(io: Io, text: string): void {
  io.stdout.write(text)
}

/** Writes text to standard error. */
export function complain(io: Io, text: string): void {
  io.stderr.write(text)
}
