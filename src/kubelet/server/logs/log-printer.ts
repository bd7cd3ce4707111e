import { type Moment, parseTime } from '#base/time'
import type { LogOptions } from './log-options.ts'

const newline = 0x0a
const space = 0x20

/** Turns lines of a log file, `2026-01-02T03:04:05.123456789Z stdout F text`, into what the container wrote. */
export class LogPrinter {
  readonly #options: Pick<LogOptions, 'timestamps' | 'since' | 'stream'>
  #left: number
  /** False after a piece of a line that goes on: only a line's beginning gets its time. */
  #isLineStart = true

  constructor(options: Pick<LogOptions, 'timestamps' | 'since' | 'stream' | 'limitBytes'>) {
    this.#options = options
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY
  }

  /** True when as many bytes were printed as were asked for. */
  get isSpent(): boolean {
    return this.#left === 0
  }

  /** Prints whole lines; one without newline at the end is taken as it is. */
  print(lines: Buffer): Buffer {
    const printed: Buffer[] = []
    let from = 0
    while (from < lines.length && !this.isSpent) {
      const found = lines.indexOf(newline, from)
      const end = found < 0 ? lines.length : found + 1
      for (const piece of this.#line(lines.subarray(from, end))) this.#push(printed, piece)
      from = end
    }
    return Buffer.concat(printed)
  }

  #push(printed: Buffer[], piece: Buffer): void {
    const fitting = piece.length > this.#left ? piece.subarray(0, this.#left) : piece
    this.#left -= fitting.length
    printed.push(fitting)
  }

  /** The pieces of one line; none for one that is not wanted, or that is no line of a log. */
  #line(line: Buffer): Buffer[] {
    const timeEnd = line.indexOf(space)
    const streamEnd = timeEnd < 0 ? -1 : line.indexOf(space, timeEnd + 1)
    const tagEnd = streamEnd < 0 ? -1 : line.indexOf(space, streamEnd + 1)
    if (tagEnd < 0) return []
    const stream = line.toString('latin1', timeEnd + 1, streamEnd)
    const time = line.toString('latin1', 0, timeEnd)
    if (!this.#isWanted(stream, time)) return []
    const isPartial = line.toString('latin1', streamEnd + 1, tagEnd).split(':')[0] === 'P'
    const isStart = this.#isLineStart
    this.#isLineStart = !isPartial
    const endsLine = line.at(-1) === newline
    const text = line.subarray(tagEnd + 1, isPartial && endsLine ? -1 : undefined)
    return this.#options.timestamps && isStart ? [Buffer.from(`${nineDigits(time)} `), text] : [text]
  }

  #isWanted(stream: string, time: string): boolean {
    const { since, stream: only } = this.#options
    if (stream !== 'stdout' && stream !== 'stderr') return false
    if (only !== undefined && only !== stream) return false
    return since === undefined || !isBefore(parseTime(time), since)
  }
}

const isBefore = (time: Moment | undefined, since: Moment) =>
  time !== undefined &&
  (time.seconds < since.seconds || (time.seconds === since.seconds && time.nanos < since.nanos))

/** A time with all nine digits of its nanoseconds, so that columns line up. */
export function nineDigits(time: string): string {
  const [, seconds, nanos = '', zone] = /^(.{19})(?:\.(\d+))?(.+)$/.exec(time) ?? []
  return seconds === undefined ? time : `${seconds}.${nanos.padEnd(9, '0')}${zone}`
}
