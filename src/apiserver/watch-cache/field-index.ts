import { SortedMap } from '#base/sorted-map'
import type { Entry } from './entry.ts'

/** A resource's present objects by the value of one field: a node's pods are found without looking at all others. */
export class FieldIndex {
  readonly #at: number
  readonly #byValue = new Map<string, SortedMap<Entry>>()

  /** @param at the field's place in `Entry.fields`. */
  constructor(at: number) {
    this.#at = at
  }

  /** The objects with a value, in the order of their keys. */
  of(value: string): SortedMap<Entry> {
    return this.#byValue.get(value) ?? SortedMap.empty()
  }

  /** Starts anew with entries in the order of their keys. */
  reset(entries: readonly Entry[]): void {
    this.#byValue.clear()
    for (const [value, same] of Map.groupBy(entries, (entry) => this.#valueOf(entry)))
      this.#byValue.set(value, SortedMap.fromSorted(same.map((entry) => [entry.key, entry] as const)))
  }

  /** Takes the new state of an object, and gives up the old. */
  put(entry: Entry, previous: Entry | undefined): void {
    const value = this.#valueOf(entry)
    if (previous !== undefined && this.#valueOf(previous) !== value) this.remove(previous)
    this.#byValue.set(value, this.of(value).set(entry.key, entry))
  }

  remove(entry: Entry): void {
    const value = this.#valueOf(entry)
    const left = this.of(value).delete(entry.key)
    if (left.size === 0) this.#byValue.delete(value)
    else this.#byValue.set(value, left)
  }

  #valueOf(entry: Entry): string {
    return entry.fields[this.#at] ?? ''
  }
}
