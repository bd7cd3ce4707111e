import { SortedMap } from '#base/sorted-map'
import type { Entry } from './entry.ts'

/** One change of one object, and the whole resource right after it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly revision: number
  readonly atMs: number
  /** The object after the change; for a deletion its last state, with the deletion's revision. */
  readonly entry: Entry
  readonly previous: Entry | undefined
  /** The resource after this change: a pointer, shared with its neighbours. */
  readonly root: SortedMap<Entry>
  /** Events whose making costs much, by form and type: made once, sent to all watchers. */
  readonly encoded: Map<string, readonly Uint8Array[]>
}

/** Recent changes in order, bounded by age and bytes, and the state from which they start. */
export class History {
  readonly #keepMs: number
  readonly #bytesMax: number
  /** The first ones are undefined when they are forgotten and not yet cut off. */
  #changes: (Change | undefined)[] = []
  #dropped = 0
  #bytes = 0
  #base: SortedMap<Entry>
  #start: number

  constructor(base: SortedMap<Entry>, start: number, keepMs: number, bytesMax: number) {
    this.#base = base
    this.#start = start
    this.#keepMs = keepMs
    this.#bytesMax = bytesMax
  }

  /** The oldest revision of which the state is known; changes after it are all here. */
  get start(): number {
    return this.#start
  }

  add(change: Change): void {
    this.#changes.push(change)
    this.#bytes += change.entry.bytes.length
    if (this.#bytes > this.#bytesMax || (this.#changes.length & 255) === 0) this.trim(change.atMs)
  }

  /** Forgets what is too old or too much. */
  trim(now: number): void {
    while (this.#dropped < this.#changes.length) {
      const oldest = this.#changes[this.#dropped] as Change
      if (now - oldest.atMs <= this.#keepMs && this.#bytes <= this.#bytesMax) break
      this.#bytes -= oldest.entry.bytes.length
      this.#base = oldest.root
      this.#start = oldest.revision
      this.#changes[this.#dropped++] = undefined
    }
    // Cutting an array's front costs its length, so it is done once in a while.
    if (this.#dropped * 2 <= this.#changes.length) return
    this.#changes = this.#changes.slice(this.#dropped)
    this.#dropped = 0
  }

  /** The first change after a revision. */
  next(revision: number): Change | undefined {
    return this.#changes[this.#firstAfter(revision)]
  }

  /** The resource as it was at a revision; undefined when that is no longer known. */
  stateAt(revision: number): SortedMap<Entry> | undefined {
    if (revision < this.#start) return undefined
    const at = this.#firstAfter(revision) - 1
    return at < this.#dropped ? this.#base : (this.#changes[at] as Change).root
  }

  #firstAfter(revision: number): number {
    let low = this.#dropped
    let high = this.#changes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#changes[middle] as Change).revision <= revision) low = middle + 1
      else high = middle
    }
    return low
  }
}
