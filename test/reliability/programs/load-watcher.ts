import { EventScan } from './event-scan.ts'
import type { Histogram } from './histogram.ts'

/** Opens a watch after a revision; gives how more is asked for on it. */
export interface WatchLine {
  open(after: number): (bytes: number) => void
}

/** One watcher: it believes nothing, resumes where it was, and keeps a hash of the revisions that it was told. */
export class LoadWatcher {
  pace: 'quick' | 'trickling' | 'stalled'
  events = 0
  bookmarks = 0
  reopened = 0
  cutOff = 0
  hash = 0
  isExpired = false
  readonly faults: string[] = []
  revision: number
  readonly #scan: EventScan
  #line: WatchLine | undefined
  #grant: ((bytes: number) => void) | undefined

  constructor(pace: LoadWatcher['pace'], revision: number, delivery: Histogram) {
    this.pace = pace
    this.revision = revision
    const isTimed = pace === 'quick'
    this.#scan = new EventScan({
      event: (at, atMicros) => {
        this.#reach('event', at, at > this.revision)
        this.events++
        this.hash = (Math.imul(this.hash, 31) + at) | 0
        if (isTimed) delivery.add(performance.timeOrigin + performance.now() - atMicros / 1000)
      },
      bookmark: (at) => {
        this.#reach('bookmark', at, at >= this.revision)
        this.bookmarks++
      },
      failed: (line) => {
        this.isExpired = line.includes('"code":410')
        if (!this.isExpired) this.faults.push(line)
      },
    })
  }

  /** Is given its connection and watches. */
  connect(line: WatchLine): void {
    this.#line = line
    this.#grant = line.open(this.revision)
  }

  take(bytes: Buffer): void {
    this.#scan.take(bytes)
  }

  /** The watch is over, by its end or broken off; it is opened again unless this watcher stands still. */
  ended(clean: boolean): void {
    this.#scan.reset()
    this.#grant = undefined
    if (!clean) this.cutOff++
    if (!clean && this.pace === 'quick' && this.cutOff > 5) this.faults.push('is cut off all the time')
    else if (this.pace !== 'stalled' && !this.isExpired) this.#reopen()
  }

  /** Reads a little. */
  trickle(bytes: number): void {
    if (this.pace === 'trickling') this.#grant?.(bytes)
  }

  /** Reads like everybody else from now on. */
  thaw(): void {
    if (this.pace === 'quick') return
    this.pace = 'quick'
    if (this.#grant === undefined) this.#reopen()
    this.#grant?.(2 ** 30)
  }

  #reopen(): void {
    this.reopened++
    this.#grant = this.#line?.open(this.revision)
  }

  #reach(what: string, at: number, isRight: boolean): void {
    if (!isRight && this.faults.length < 3) this.faults.push(`${what} ${at} after ${this.revision}`)
    this.revision = at
  }
}
