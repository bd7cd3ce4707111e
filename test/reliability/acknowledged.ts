// What a writer was promised, and whether a store holds it.
import assert from 'node:assert/strict'
import { realClock } from '#host/clock'
import { openSqliteStore } from '#store'

/** The value that is always written to a key: another one there, or half of it, is damage. */
export const valueOf = (key: string, sizeBytes: number): Uint8Array => Buffer.alloc(sizeBytes, `${key} `)

/** What a writer's lines say must be there: the newest acknowledged revision of each key, 0 for a deleted one. */
export class Acknowledged {
  readonly keys = new Map<string, number>()
  newest = 0
  count = 0
  readonly #inFlight = new Set<string>()

  /** Takes a line of programs/store-writer.ts. */
  take(line: string): void {
    const [what, key = '', revision = ''] = line.split(' ')
    if (what === 'begin') this.#inFlight.add(key)
    if (what !== 'put' && what !== 'gone' && what !== 'brief') return
    this.count++
    this.newest = Math.max(this.newest, Number(revision))
    // A key with a time to live may be gone at any moment.
    if (what === 'brief') return
    this.#inFlight.delete(key)
    this.keys.set(key, what === 'put' ? Number(revision) : 0)
  }

  /** Takes all whole lines of a writer that has ended. */
  read(output: string): void {
    for (const line of output.slice(0, output.lastIndexOf('\n') + 1).split('\n')) this.take(line)
    // Begun and not answered: done or not, both are right.
    for (const key of this.#inFlight) this.keys.delete(key)
    this.#inFlight.clear()
  }

  /** Opens the database, which checks it, and looks for everything. @throws when something is not as acknowledged. */
  async check(path: string): Promise<void> {
    const store = await openSqliteStore({ path, clock: realClock, reserveBytes: 0 })
    try {
      const page = await store.list('/')
      assert.ok(page.revision >= this.newest, `revision ${page.revision} after ${this.newest}`)
      const found = new Map(page.items.map(({ key, revision }) => [key, revision]))
      for (const [key, revision] of this.keys)
        if (!this.#inFlight.has(key)) assert.equal(found.get(key) ?? 0, revision, key)
      for (const { key, value } of page.items)
        assert.ok(Buffer.from(value).equals(valueOf(key, value.length)), `the value of ${key} is damaged`)
    } finally {
      await store.close()
    }
  }
}
