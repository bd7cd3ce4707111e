// Writes to an embedded store, telling on stdout what it begins and what has been acknowledged, one line each, written
// before it goes on. Arguments: the database, a word for the keys, and how many rounds each of the four writers makes
// (without end when left out) before the store is compacted and closed.
import { writeSync } from 'node:fs'
import { realClock } from '#host/clock'
import { type Store, isStoreError, openSqliteStore } from '#store'
import { valueOf } from '../acknowledged.ts'

const path = process.argv[2] as string
const word = process.argv[3] as string
const rounds = Number(process.argv[4] ?? Number.POSITIVE_INFINITY)

/** Writes a line before going on; a pipe that is full for the moment is tried again. */
function say(line: string): void {
  const bytes = Buffer.from(`${line}\n`)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

const pause = () => new Promise<void>((resolve) => void realClock.after(100, resolve))

/** Says which writes fail because the disk is full, waits, and goes on; other failures end the writer. */
async function unlessFull<T>(write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!isStoreError(error, 'full')) throw error
      say('full')
      await pause()
    }
  }
}

async function write(store: Store, writer: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    const key = `/r${word}/w${writer}/${i}`
    const first = await unlessFull(() => store.create(key, valueOf(key, 1000)))
    say(`put ${key} ${first}`)
    if (i % 3 === 1) {
      say(`begin ${key}`)
      say(`put ${key} ${await unlessFull(() => store.update(key, valueOf(key, 2000), first))}`)
    } else if (i % 3 === 2) {
      say(`begin ${key}`)
      say(`gone ${key} ${await unlessFull(() => store.delete(key, first))}`)
    }
    if (i % 10 === 9) {
      const brief = `${key}-brief`
      const options = { ttlSeconds: 1 }
      say(`brief ${brief} ${await unlessFull(() => store.create(brief, valueOf(brief, 100), options))}`)
    }
    if (writer === 0 && i % 20 === 19) await compact(store)
  }
}

async function compact(store: Store): Promise<void> {
  const upTo = (await store.revision()) - 20
  say('compacting')
  await unlessFull(() => store.compact(upTo)).catch((error: unknown) => {
    // Done before the disk was full; only giving back the room was left.
    if (!isStoreError(error, 'compacted')) throw error
  })
  say('compacted')
}

try {
  const store = await openSqliteStore({ path, clock: realClock, reserveBytes: 2 ** 20 })
  say(`open ${process.pid}`)
  await Promise.all(Array.from({ length: 4 }, (_, i) => write(store, i)))
  await compact(store)
  say('closing')
  await store.close()
  say('closed')
} catch (error) {
  say(`failed ${(error as Error).message}`)
  process.exit(3)
}
