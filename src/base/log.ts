/** Named values of a log line; secrets never go in here. */
export type LogFields = Readonly<Record<string, unknown>>

/** A klog-like log: severity, verbosity, a message and named values. */
export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** True when lines of this verbosity are written (`--v`). */
  enabled(verbosity: number): boolean
  /** An info line that is written only at `--v` of at least `verbosity`. */
  v(verbosity: number, message: string, fields?: LogFields): void
}

/** Discards everything. */
export const silent: Log = { info() {}, warn() {}, error() {}, v() {}, enabled: () => false }
