import { SortedMap } from '#base/sorted-map'

/** Which keys expire when; immutable, so that a fork shares it. */
export class Expiry {
  static readonly empty = new Expiry(SortedMap.empty(), SortedMap.empty())

  readonly #timeOf: SortedMap<number>
  /** Keys behind their time, written with leading zeros so that the order of text is the order of time. */
  readonly #byTime: SortedMap<string>

  private constructor(timeOf: SortedMap<number>, byTime: SortedMap<string>) {
    this.#timeOf = timeOf
    this.#byTime = byTime
  }

  /** With `key` expiring at `expiresMs`, or never. */
  set(key: string, expiresMs: number | undefined): Expiry {
    const before = this.#timeOf.get(key)
    if (before === expiresMs) return this
    const byTime = before === undefined ? this.#byTime : this.#byTime.delete(slot(before, key))
    if (expiresMs === undefined) return new Expiry(this.#timeOf.delete(key), byTime)
    return new Expiry(this.#timeOf.set(key, expiresMs), byTime.set(slot(expiresMs, key), key))
  }

  /** When the next key expires. */
  next(): number | undefined {
    const key = this.#byTime.first()?.[1]
    return key === undefined ? undefined : this.#timeOf.get(key)
  }

  /** The keys whose time has come, earliest first. */
  due(nowMs: number): string[] {
    return Array.from(this.#byTime.entries('', slot(nowMs + 1, '')), ([, key]) => key)
  }
}

const slot = (timeMs: number, key: string) => `${String(Math.ceil(timeMs)).padStart(16, '0')} ${key}`
