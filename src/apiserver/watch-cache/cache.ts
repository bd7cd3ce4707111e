import { SortedMap } from '#base/sorted-map'
import type { KindDef } from '#kinds/define'
import { type Change, History } from './change.ts'
import type { Entry } from './entry.ts'
import { factFields } from './facts.ts'
import { FieldIndex } from './field-index.ts'

/** Who is told of each change of a resource, at once and in order. */
export type ChangeListener = (changes: readonly Change[]) => void

/** How much history a cache keeps. */
export interface CacheLimits {
  readonly keepMs: number
  readonly bytesMax: number
}

/** The indexes that a kind asks for, by field. */
export function indexesOf(kind: KindDef): ReadonlyMap<string, FieldIndex> {
  const fields = factFields(kind)
  return new Map((kind.indexed ?? []).map((field) => [field, new FieldIndex(fields.indexOf(field))]))
}

/**
 * All objects of one resource: the current state as a persistent map, and recent changes with the state after each.
 * Invariant: entries are those of the store at the feed's revision; changes arrive in the order of their revisions.
 */
export class ResourceCache {
  readonly #limits: CacheLimits
  readonly #indexes: ReadonlyMap<string, FieldIndex>
  #current: SortedMap<Entry> = SortedMap.empty()
  #history: History
  readonly #listeners = new Set<ChangeListener>()
  readonly #resetListeners = new Set<() => void>()
  readonly #endListeners = new Set<() => void>()
  #isOver = false

  constructor(limits: CacheLimits, indexes: ReadonlyMap<string, FieldIndex> = new Map()) {
    this.#limits = limits
    this.#indexes = indexes
    this.#history = new History(this.#current, 0, limits.keepMs, limits.bytesMax)
  }

  get current(): SortedMap<Entry> {
    return this.#current
  }

  /** The present objects with a field's value; undefined for a field without an index. */
  having(field: string, value: string): SortedMap<Entry> | undefined {
    return this.#indexes.get(field)?.of(value)
  }

  get history(): History {
    return this.#history
  }

  /** Replaces everything by a fresh list; whoever watches is told to start again. */
  reset(entries: readonly Entry[], revision: number): void {
    this.#current = SortedMap.fromSorted(entries.map((entry) => [entry.key, entry] as const))
    for (const index of this.#indexes.values()) index.reset(entries)
    this.#history = new History(this.#current, revision, this.#limits.keepMs, this.#limits.bytesMax)
    for (const listener of Array.from(this.#resetListeners)) listener()
  }

  /** A write; gives the change that it was. */
  put(entry: Entry, atMs: number): Change {
    const previous = this.#current.get(entry.key)
    this.#current = this.#current.set(entry.key, entry)
    for (const index of this.#indexes.values()) index.put(entry, previous)
    return this.#record(previous === undefined ? 'ADDED' : 'MODIFIED', entry, previous, atMs)
  }

  /** A deletion; `last` is the object's last state with the deletion's revision. */
  remove(last: Entry, atMs: number): Change {
    const previous = this.#current.get(last.key)
    this.#current = this.#current.delete(last.key)
    if (previous !== undefined) for (const index of this.#indexes.values()) index.remove(previous)
    return this.#record('DELETED', last, previous, atMs)
  }

  #record(type: Change['type'], entry: Entry, previous: Entry | undefined, atMs: number): Change {
    const change: Change = {
      type,
      revision: entry.revision,
      atMs,
      entry,
      previous,
      root: this.#current,
      encoded: new Map(),
    }
    this.#history.add(change)
    return change
  }

  /** Hands changes to all listeners. */
  tell(changes: readonly Change[]): void {
    for (const listener of Array.from(this.#listeners)) listener(changes)
  }

  /** Tells all listeners that nothing more will come. */
  end(): void {
    this.#isOver = true
    for (const listener of Array.from(this.#endListeners)) listener()
  }

  /** Calls `changed` for every batch, `reset` when the cache starts anew and `ended` at its end; gives a function that stops it. */
  listen(changed: ChangeListener, reset: () => void, ended: () => void): () => void {
    this.#listeners.add(changed)
    this.#resetListeners.add(reset)
    this.#endListeners.add(ended)
    if (this.#isOver) queueMicrotask(ended)
    return () => {
      this.#listeners.delete(changed)
      this.#resetListeners.delete(reset)
      this.#endListeners.delete(ended)
    }
  }
}
