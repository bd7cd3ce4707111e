// Events are recognised by their bytes, because parsing them would cost more than sending them.

const markStart = Buffer.from('@@')
const markLength = 29
const revisionStart = Buffer.from('"resourceVersion":"')
const bookmark = Buffer.from('"type":"BOOKMARK"')
const failure = Buffer.from('"type":"ERROR"')

/** What goes into an object so that a reader finds it: a number and the microsecond of the write. */
export function mark(sequence: number, atMicros: number): string {
  return `@@${String(sequence).padStart(9, '0')}@${String(Math.round(atMicros)).padStart(16, '0')}@`
}

/** What a scan finds. */
export interface Found {
  event(revision: number, atMicros: number): void
  bookmark(revision: number): void
  failed(line: string): void
}

/** Finds marked events, bookmarks and errors in the bytes of a watch, line by line. */
export class EventScan {
  readonly #found: Found
  #rest: Buffer | undefined

  constructor(found: Found) {
    this.#found = found
  }

  /** Takes the next bytes. */
  take(bytes: Buffer): void {
    const all = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    for (let end = all.indexOf(10); end >= 0; end = all.indexOf(10, at)) {
      this.#line(all, at, end)
      at = end + 1
    }
    // The bytes are those of a larger block; keeping them would keep all of it.
    this.#rest = at === all.length ? undefined : Buffer.from(all.subarray(at))
  }

  /** Forgets an event that was broken off. */
  reset(): void {
    this.#rest = undefined
  }

  #line(all: Buffer, start: number, end: number): void {
    // Chunk sizes and heads of HTTP/1.1 are short lines without a revision.
    if (end - start < 100) return
    const at = all.indexOf(revisionStart, start)
    const isEvent = at >= 0 && at < end
    const revision = isEvent ? digits(all, at + revisionStart.length) : 0
    const markAt = isEvent ? all.indexOf(markStart, at) : -1
    if (markAt >= 0 && markAt + markLength <= end) this.#found.event(revision, digits(all, markAt + 12))
    else if (has(all, bookmark, start, end)) this.#found.bookmark(revision)
    else if (has(all, failure, start, end)) this.#found.failed(all.toString('utf8', start, end))
  }
}

function has(all: Buffer, what: Buffer, start: number, end: number): boolean {
  const at = all.indexOf(what, start)
  return at >= 0 && at < end
}

function digits(bytes: Buffer, from: number): number {
  let value = 0
  for (let at = from; ; at++) {
    const digit = (bytes[at] ?? 0) - 48
    if (digit < 0 || digit > 9) return value
    value = value * 10 + digit
  }
}
