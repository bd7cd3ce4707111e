// A folder on a disk that may lose its power: what was synced is there afterwards, and of the rest whatever the disk
// happened to have done.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '#base/random'
import type { DiskStep } from './disk-trace.ts'

type Change = Extract<DiskStep, { kind: 'write' | 'truncate' }>

const below = (random: Random, limit: number) => Math.floor(random.next() * limit)

/** What becomes of the changes that were not synced; torn ones are done in part, sector by sector. */
export type Loss = 'all' | 'suffix' | 'random' | 'torn-512' | 'torn-4096'

/** All ways to lose what was not synced. */
export const losses: readonly Loss[] = ['all', 'suffix', 'random', 'torn-512', 'torn-4096']

/** The bytes of a file, growing. */
class Content {
  #bytes = Buffer.alloc(0)
  #size = 0

  static from(other: Content): Content {
    const copy = new Content()
    copy.#bytes = Buffer.from(other.bytes())
    copy.#size = other.#size
    return copy
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size)
  }

  apply(change: Change): void {
    if (change.kind === 'write') {
      this.#resize(Math.max(this.#size, change.at + change.bytes.length))
      change.bytes.copy(this.#bytes, change.at)
    } else this.#resize(change.size)
  }

  #resize(size: number): void {
    if (size > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(size, 2 * this.#bytes.length))
      this.#bytes.copy(grown, 0, 0, this.#size)
      this.#bytes = grown
    }
    // What is cut off is nothing when the file grows again.
    if (size < this.#size) this.#bytes.fill(0, size, this.#size)
    this.#size = size
  }
}

/** A file whatever it is called: its content on the disk, and the changes that are not synced. */
interface Inode {
  synced: Content
  unsynced: Change[]
}

interface Naming {
  readonly file: string
  readonly inode: Inode | undefined
}

/** The disk under a traced program. */
export class CrashDisk {
  readonly #folder: string
  readonly #now = new Map<string, Inode>()
  /** The names on the disk, and the changes of names that are not: those wait for a sync of the folder. */
  readonly #named = new Map<string, Inode>()
  #namings: Naming[] = []

  /** @param folder the base name of the traced folder. */
  constructor(folder: string) {
    this.#folder = folder
  }

  take(step: DiskStep): void {
    if (step.kind === 'said' || step.kind === 'injected') return
    const inode = this.#now.get(step.file)
    switch (step.kind) {
      case 'create':
        if (!inode) this.#name(step.file, { synced: new Content(), unsynced: [] })
        break
      case 'unlink':
        this.#name(step.file, undefined)
        break
      case 'sync':
        if (step.file === this.#folder) this.#syncNames()
        else if (inode) syncContent(inode)
        break
      case 'write':
      case 'truncate':
        inode?.unsynced.push(step)
    }
  }

  /** Cuts the power and writes what is left to a folder. */
  crash(to: string, loss: Loss, random: Random): void {
    mkdirSync(to, { recursive: true })
    const names = new Map(this.#named)
    const kept = loss === 'all' ? 0 : below(random, this.#namings.length + 1)
    for (const { file, inode } of this.#namings.slice(0, kept)) rename(names, file, inode)
    for (const [file, inode] of names) writeFileSync(join(to, file), leftOf(inode, loss, random).bytes())
  }

  #name(file: string, inode: Inode | undefined): void {
    rename(this.#now, file, inode)
    this.#namings.push({ file, inode })
  }

  #syncNames(): void {
    for (const { file, inode } of this.#namings) rename(this.#named, file, inode)
    this.#namings = []
  }
}

function rename(names: Map<string, Inode>, file: string, inode: Inode | undefined): void {
  if (inode) names.set(file, inode)
  else names.delete(file)
}

function syncContent(inode: Inode): void {
  for (const change of inode.unsynced) inode.synced.apply(change)
  inode.unsynced = []
}

function leftOf({ synced, unsynced }: Inode, loss: Loss, random: Random): Content {
  if (unsynced.length === 0 || loss === 'all') return synced
  const content = Content.from(synced)
  if (loss === 'suffix') {
    for (const change of unsynced.slice(0, below(random, unsynced.length + 1))) content.apply(change)
    return content
  }
  for (const change of unsynced) {
    if (loss === 'random' || change.kind === 'truncate') {
      if (random.next() < 0.5) content.apply(change)
    } else for (const part of torn(change, loss === 'torn-512' ? 512 : 4096, random)) content.apply(part)
  }
  return content
}

/** Those sectors of a write that reached the disk. */
function* torn(write: Extract<Change, { kind: 'write' }>, sector: number, random: Random): Generator<Change> {
  const end = write.at + write.bytes.length
  for (let at = write.at; at < end; ) {
    const next = Math.min(end, (Math.floor(at / sector) + 1) * sector)
    if (random.next() < 0.7)
      yield { ...write, at, bytes: write.bytes.subarray(at - write.at, next - write.at) }
    at = next
  }
}
