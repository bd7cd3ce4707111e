import type { StoreError, StoreEvent, Watcher } from '#store'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Text as the bytes of a value. */
export const bytes = (value: string): Uint8Array => encoder.encode(value)
/** A value as text. */
export const text = (value: Uint8Array | undefined): string | undefined => value && decoder.decode(value)

/** A watcher that keeps what it is told and checks the laws of order on the way. */
export class SeenChanges implements Watcher {
  readonly changes: StoreEvent[] = []
  readonly faults: string[] = []
  /** The newest revision that is fully delivered, as far as told. */
  revision = 0
  over: { readonly error: StoreError | undefined } | undefined
  #waiting: { readonly until: () => boolean; readonly done: () => void }[] = []
  #inside = false

  events(batch: readonly StoreEvent[], revision: number): void {
    this.#told(() => {
      for (const event of batch) {
        if (event.revision <= this.revision)
          this.faults.push(`${event.key} at ${event.revision} after ${this.revision}`)
        const last = this.changes.at(-1)
        if (last && event.revision < last.revision)
          this.faults.push(`${event.revision} after ${last.revision}`)
        if (event.revision > revision) this.faults.push(`${event.revision} in a batch up to ${revision}`)
        this.changes.push(event)
      }
      this.revision = Math.max(this.revision, revision)
    })
  }

  progress(revision: number): void {
    this.#told(() => {
      this.revision = Math.max(this.revision, revision)
    })
  }

  ended(error: StoreError | undefined): void {
    this.#told(() => {
      if (this.over) this.faults.push('ended twice')
      this.over = { error }
    })
  }

  /** Resolves as soon as the condition holds, looking again at each call. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise((done) => this.#waiting.push({ until: condition, done }))
  }

  /** The changes as short words: `put /a 3 one`, `delete /a 4`. */
  get words(): string[] {
    return this.changes.map(({ type, key, revision, value }) =>
      type === 'put' ? `put ${key} ${revision} ${text(value)}` : `delete ${key} ${revision}`,
    )
  }

  #told(take: () => void): void {
    if (this.#inside) this.faults.push('told while being told')
    if (this.over) this.faults.push('told after the end')
    this.#inside = true
    take()
    this.#inside = false
    const ready = this.#waiting.filter(({ until }) => until())
    this.#waiting = this.#waiting.filter((one) => !ready.includes(one))
    for (const { done } of ready) done()
  }
}
