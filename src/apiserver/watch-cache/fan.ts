import type { ResourceCache } from './cache.ts'
import type { Change } from './change.ts'
import type { WatchView } from './view.ts'

/** One of the watchers that a fan serves. */
export interface FanMember {
  /** There are changes after one revision up to another; `bytes` are their events, unless each fetches them for itself. */
  take(bytes: Uint8Array | undefined, after: number, upTo: number): void
  /** The cache has started anew. */
  reset(): void
  /** Nothing more will come. */
  end(): void
}

/** Events of one batch beyond this are not put together for all: each watcher fetches them at its own pace. */
const togetherBytesMax = 256 * 1024

const fansOf = new WeakMap<ResourceCache, Map<string, Fan>>()

/** All watchers that are shown the same of a resource: a batch of changes is encoded once and written to each. */
export class Fan {
  readonly #view: WatchView
  readonly #members = new Set<FanMember>()
  readonly #leave: () => void

  /** Adds a watcher to those who see what it sees; gives a function that takes it away. */
  static join(cache: ResourceCache, key: string, view: WatchView, member: FanMember): () => void {
    let fans = fansOf.get(cache)
    if (fans === undefined) fansOf.set(cache, (fans = new Map()))
    let fan = fans.get(key)
    if (fan === undefined) fans.set(key, (fan = new Fan(cache, view, () => fans.delete(key))))
    const joined = fan
    joined.#members.add(member)
    return () => joined.#remove(member)
  }

  private constructor(cache: ResourceCache, view: WatchView, gone: () => void) {
    this.#view = view
    const stop = cache.listen(
      (changes) => this.#told(changes),
      () => this.#members.forEach((one) => one.reset()),
      () => this.#members.forEach((one) => one.end()),
    )
    this.#leave = () => {
      stop()
      gone()
    }
  }

  #remove(member: FanMember): void {
    if (this.#members.delete(member) && this.#members.size === 0) this.#leave()
  }

  #told(changes: readonly Change[]): void {
    const pieces: Uint8Array[] = []
    for (const change of changes) {
      const event = this.#view.event(change)
      if (event !== undefined) pieces.push(...event)
    }
    if (pieces.length === 0) return
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    const bytes = length <= togetherBytesMax ? Buffer.concat(pieces, length) : undefined
    const after = (changes[0] as Change).revision - 1
    const upTo = (changes.at(-1) as Change).revision
    for (const member of this.#members) member.take(bytes, after, upTo)
  }
}
