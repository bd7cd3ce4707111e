// Writes to an embedded store without end, telling on stdout what it begins and what has been acknowledged.
import { writeSync } from 'node:fs'
import { realClock } from '#host/clock'
import { type Store, isStoreError, openSqliteStore } from '#store'

const path = process.argv[2] as string
const round = process.argv[3] as string

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
  for (let i = 0; ; i++) {
    const key = `/r${round}/w${writer}/${i}`
    const first = await unlessFull(() => store.create(key, new Uint8Array(1000)))
    say(`put ${key} ${first}`)
    if (i % 3 === 1) {
      say(`begin ${key}`)
      say(`put ${key} ${await unlessFull(() => store.update(key, new Uint8Array(2000), first))}`)
    } else if (i % 3 === 2) {
      say(`begin ${key}`)
      say(`gone ${key} ${await unlessFull(() => store.delete(key, first))}`)
    }
    if (writer === 0 && i % 20 === 19) {
      const upTo = (await store.revision()) - 20
      await unlessFull(() => store.compact(upTo))
      say('compacted')
    }
  }
}

const store = await openSqliteStore({ path, clock: realClock, reserveBytes: 65_536 })
say(`open ${process.pid}`)
await Promise.all(Array.from({ length: 4 }, (_, i) => write(store, i))).catch((error: Error) => {
  say(`failed ${error.message}`)
  process.exit(3)
})
