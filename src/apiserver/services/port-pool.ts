import type { Random } from '#base/random'
import { isStoreError, type Store } from '#store'
import { startInBand } from './band.ts'
import { PoolError } from './pool-error.ts'

/** The ports of nodes that services may have: `30000-32767`. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** What upstream uses when no range is given. */
export const defaultPortRange: PortRange = { first: 30_000, last: 32_767 }

const attemptsMax = 16

interface Held {
  readonly bits: Uint8Array
  /** The revision of the stored map; 0 where there is none. */
  readonly revision: number
  /** False where the stored map is of another range than this server's. */
  readonly isOfRange: boolean
}

const isTaken = (bits: Uint8Array, i: number) => (((bits[i >> 3] ?? 0) >> (i & 7)) & 1) === 1
function mark(bits: Uint8Array, i: number, taken: boolean): void {
  const mask = 1 << (i & 7)
  bits[i >> 3] = taken ? (bits[i >> 3] ?? 0) | mask : (bits[i >> 3] ?? 0) & ~mask
}

/**
 * The ports of nodes, as a map of bits under upstream's key: changed by compare-and-swap, so that servers that share a
 * store cannot both take one, and none is forgotten at a restart.
 */
export class PortPool {
  readonly #store: Store
  readonly #key: string
  readonly #range: PortRange
  readonly #random: Random

  constructor(store: Store, prefix: string, range: PortRange, random: Random) {
    this.#store = store
    this.#key = `${prefix}/ranges/servicenodeports`
    this.#range = range
    this.#random = random
  }

  /** Takes one port. @throws PoolError when it is taken or not in the range. */
  async take(port: number, isRehearsal: boolean): Promise<void> {
    const { first, last } = this.#range
    if (port < first || port > last) {
      throw new PoolError(
        `provided port is not in the valid range. The range of valid ports is ${first}-${last}`,
      )
    }
    await this.#change(isRehearsal, (bits) => {
      if (isTaken(bits, port - first)) throw new PoolError('provided port is already allocated')
      mark(bits, port - first, true)
    })
  }

  /** Takes any free port. @throws PoolError when there is none. */
  async takeAny(isRehearsal: boolean): Promise<number> {
    const { first, last } = this.#range
    const count = last - first + 1
    const start = Number(startInBand(BigInt(count), this.#random, 32n, 128n))
    let found = -1
    await this.#change(isRehearsal, (bits) => {
      found = -1
      for (let i = 0; i < count && found < 0; i++) {
        const place = (start + i) % count
        if (!isTaken(bits, place)) found = place
      }
      if (found < 0) throw new PoolError('range is full')
      mark(bits, found, true)
    })
    return first + found
  }

  /** Gives ports back. */
  async giveBack(ports: readonly number[]): Promise<void> {
    if (ports.length === 0) return
    await this.#change(false, (bits) => {
      for (const port of ports) mark(bits, port - this.#range.first, false)
    })
  }

  /**
   * Notes the ports that services hold, and gives back the orphans: those that nobody held at the last look either. Gives
   * the ports that are taken and that nobody holds now, which may belong to services that are being written.
   */
  async reconcile(held: ReadonlySet<number>, orphans: ReadonlySet<number>): Promise<Set<number>> {
    const { first, last } = this.#range
    let unheld = new Set<number>()
    await this.#change(false, (bits) => {
      unheld = new Set()
      for (let port = first; port <= last; port++) {
        if (held.has(port)) mark(bits, port - first, true)
        else if (isTaken(bits, port - first)) {
          if (orphans.has(port)) mark(bits, port - first, false)
          else unheld.add(port)
        }
      }
    })
    return unheld
  }

  async #change(isRehearsal: boolean, change: (bits: Uint8Array) => void): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const held = await this.#read()
      const bits = held.bits.slice()
      change(bits)
      const isNew = held.revision === 0 && bits.some((one) => one !== 0)
      if (isRehearsal || (!isNew && Buffer.compare(bits, held.bits) === 0 && held.isOfRange)) return
      try {
        await this.#write(bits, held.revision)
        return
      } catch (error) {
        const isLost = isStoreError(error, 'conflict') || isStoreError(error, 'exists')
        if (!isLost || attempt === attemptsMax) throw error
      }
    }
  }

  async #read(): Promise<Held> {
    const { item } = await this.#store.get(this.#key)
    const bits = new Uint8Array(Math.ceil((this.#range.last - this.#range.first + 1) / 8))
    if (item === undefined) return { bits, revision: 0, isOfRange: true }
    const { data = '', range } = JSON.parse(Buffer.from(item.value).toString()) as {
      data?: string
      range?: string
    }
    // A map of another range is of no use; the repair that follows every start fills the new one.
    const isOfRange = range === this.#rangeText
    if (isOfRange) bits.set(Buffer.from(data, 'base64').subarray(0, bits.length))
    return { bits, revision: item.revision, isOfRange }
  }

  async #write(bits: Uint8Array, revision: number): Promise<void> {
    const data = Buffer.from(bits).toString('base64')
    const value = { kind: 'RangeAllocation', apiVersion: 'v1', metadata: {}, range: this.#rangeText, data }
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`)
    if (revision === 0) await this.#store.create(this.#key, bytes)
    else await this.#store.update(this.#key, bytes, revision)
  }

  get #rangeText(): string {
    return `${this.#range.first}-${this.#range.last}`
  }
}
