import type { Selection } from '../selection.ts'
import type { Change } from './change.ts'
import type { WatchEncoder } from './encoder.ts'
import { atRevision, type Entry } from './entry.ts'

/** What watchers who ask for the same are shown of a resource. */
export class WatchView {
  readonly encoder: WatchEncoder
  /** The keys that are watched start with this. */
  readonly prefix: string
  readonly #selection: Selection

  constructor(encoder: WatchEncoder, prefix: string, selection: Selection) {
    this.encoder = encoder
    this.prefix = prefix
    this.#selection = selection
  }

  /** An entry as it is told at the beginning; undefined when it is not wanted. */
  initial(entry: Entry): readonly Uint8Array[] | undefined {
    return this.#selection.matches(entry) ? this.encoder.entry('ADDED', entry) : undefined
  }

  /** What a change is in this view: by its selectors an object may appear or vanish. */
  event(change: Change): readonly Uint8Array[] | undefined {
    const { entry, previous, type } = change
    if (!entry.key.startsWith(this.prefix)) return undefined
    if (this.#selection.isEverything) return this.encoder.change(change, type, entry)
    const was = previous !== undefined && this.#selection.matches(previous)
    const is = type !== 'DELETED' && this.#selection.matches(entry)
    if (is) return this.encoder.change(change, was ? 'MODIFIED' : 'ADDED', entry)
    return was ? this.encoder.change(change, 'DELETED', lastSeen(change)) : undefined
  }
}

/** The object as the watchers last had it, with the revision at which it went out of sight. */
function lastSeen({ type, entry, previous }: Change): Entry {
  if (type === 'DELETED' || previous === undefined) return entry
  return atRevision(previous, entry.revision)
}
