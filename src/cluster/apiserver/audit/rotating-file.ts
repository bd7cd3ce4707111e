import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** When a file is put aside, and what becomes of those that were. */
export interface Rotation {
  /** A file that would become longer is put aside. */
  readonly bytesMax: number
  /** How many of those put aside are kept; 0 = all. */
  readonly backupsMax: number
  /** How long they are kept; 0 = for ever. */
  readonly ageMaxMs: number
  /** Whether they are compressed with gzip. */
  readonly compress: boolean
}

/** A file that only grows, readable by its owner alone; it is put aside when it is long, with the time in its name. */
export class RotatingFile {
  readonly #path: string
  readonly #rotation: Rotation
  readonly #now: () => number
  #handle: FileHandle | undefined
  #length = 0
  #waiting: Uint8Array[] = []
  #writing: Promise<void> | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** @param now the time, in milliseconds since 1970. */
  constructor(path: string, rotation: Rotation, now: () => number) {
    this.#path = path
    this.#rotation = rotation
    this.#now = now
  }

  /** Opens the file, making its folder. @throws Error when that cannot be. */
  async open(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    this.#handle = await open(this.#path, 'a', 0o600)
    this.#length = (await this.#handle.stat()).size
  }

  /** Adds bytes; resolves when the system has them. What comes meanwhile is written in one go. */
  write(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes)
    return (this.#writing ??= Promise.resolve().then(() => this.#flush()))
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#last
    await this.#handle?.close()
    this.#handle = undefined
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#writing = undefined
    await this.#append(bytes)
  }

  /** One after the other, in the order in which they came. */
  #append(bytes: Uint8Array): Promise<void> {
    const done = this.#last.then(() => this.#appendNow(bytes))
    this.#last = done.catch(() => {})
    return done
  }

  async #appendNow(bytes: Uint8Array): Promise<void> {
    if (this.#length > 0 && this.#length + bytes.length > this.#rotation.bytesMax) await this.#rotate()
    await this.#handle?.appendFile(bytes)
    this.#length += bytes.length
  }

  async #rotate(): Promise<void> {
    await this.#handle?.close()
    const aside = asideName(this.#path, this.#now())
    await rename(this.#path, aside)
    await this.open()
    if (this.#rotation.compress) await compress(aside)
    await this.#clean()
  }

  /** Deletes what is too old or too much. */
  async #clean(): Promise<void> {
    const { backupsMax, ageMaxMs } = this.#rotation
    const folder = dirname(this.#path)
    const all = (await readdir(folder))
      .filter((name) => isAside(this.#path, name))
      .toSorted()
      .toReversed()
    for (const [i, name] of all.entries()) {
      const path = join(folder, name)
      const isTooOld = ageMaxMs > 0 && this.#now() - (await stat(path)).mtimeMs > ageMaxMs
      if ((backupsMax > 0 && i >= backupsMax) || isTooOld) await rm(path, { force: true })
    }
  }
}

/** `audit.log` as `audit-2026-11-24T03-30-00.000.log`. */
function asideName(path: string, now: number): string {
  const end = extname(path)
  const time = new Date(now).toISOString().replaceAll(':', '-').slice(0, -1)
  return join(dirname(path), `${basename(path, end)}-${time}${end}`)
}

const asideTime = /^-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/

function isAside(path: string, name: string): boolean {
  const end = extname(path)
  const start = basename(path, end)
  const whole = name.endsWith('.gz') ? name.slice(0, -'.gz'.length) : name
  return (
    whole.startsWith(start) &&
    whole.endsWith(end) &&
    asideTime.test(whole.slice(start.length, whole.length - end.length))
  )
}

async function compress(path: string): Promise<void> {
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`, { mode: 0o600 }))
  await rm(path)
}
