// What the embedded store's files may become: they stay small however often one object is written, and a file that has
// been damaged is refused. KUBELING_BOUND_UPDATES: 20000 by default, 1000000 in the long form.
import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { realClock } from '#host/clock'
import { openSqliteStore, type Store } from '#store'
import { tempDir } from '#testkit/host/process'
import { seededRandom } from '#testkit/seeded-random'
import { VirtualClock } from '#testkit/virtual-clock'

const updates = Number(process.env.KUBELING_BOUND_UPDATES ?? 20_000)
const historyMax = 1000
const valueBytes = 2000
/** The history kept and as much again until it is compacted, four times for free pages, and the log of 4 MiB. */
const boundBytes = 4 * 2 * historyMax * valueBytes + 2 * 4 * 2 ** 20

const filesBytes = (path: string): number =>
  [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)

test(`the files stay small over ${updates} updates of one object`, { timeout: 7_200_000 }, async (t) => {
  const path = join(tempDir(t), 'store.db')
  const clock = new VirtualClock()
  const store = await openSqliteStore({ path, clock, historyMax })
  t.after(() => store.close())
  let revision = await store.create('/a', new Uint8Array(valueBytes))
  let largest = 0
  for (let i = 1; i <= updates; i++) {
    revision = await store.update('/a', new Uint8Array(valueBytes), revision)
    // Upkeep looks every ten seconds.
    if (i % historyMax === 0) await clock.advance(10_000)
    if (i % 100 === 0) largest = Math.max(largest, filesBytes(path))
  }
  assert.equal((await store.get('/a')).item?.revision, revision)
  assert.ok(largest <= boundBytes, `${largest} bytes, at most ${boundBytes}`)
  t.diagnostic(
    `${updates} updates of ${valueBytes} bytes: at most ${largest} bytes on disk, bound ${boundBytes}`,
  )
})

async function filled(t: TestContext): Promise<string> {
  const path = join(tempDir(t), 'store.db')
  const store: Store = await openSqliteStore({ path, clock: realClock, reserveBytes: 0 })
  const value = Buffer.alloc(1000, 'value ')
  await Promise.all(Array.from({ length: 500 }, (_, i) => store.create(`/a/${i}`, value)))
  await store.close()
  return path
}

test('a database whose pages are damaged is refused, by name and with what to do', async (t) => {
  const path = await filled(t)
  const whole = readFileSync(path)
  const random = seededRandom(1)
  for (let round = 0; round < 20; round++) {
    const damaged = Buffer.from(whole)
    // The head of a page: what is wrong inside a value, no check of the structure can see.
    const page = 1 + Math.floor(random.next() * (whole.length / 4096 - 1))
    for (let i = 0; i < 12; i++) damaged[page * 4096 + i] = Math.floor(random.next() * 256)
    writeFileSync(path, damaged)
    await assert.rejects(openSqliteStore({ path, clock: realClock, reserveBytes: 0 }), (error: Error) => {
      assert.match(error.message, /database ".*store.db" .*damaged/, `page ${page}`)
      assert.match(error.message, /restore a snapshot \("kubeling snapshot restore"\)/)
      return true
    })
  }
})

test('a database whose tables do not fit together is refused', async (t) => {
  const path = await filled(t)
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(path)
  database.exec('DELETE FROM history WHERE revision = 100')
  database.close()
  await assert.rejects(openSqliteStore({ path, clock: realClock, reserveBytes: 0 }), {
    message: /database ".*store.db" is damaged: 1 revisions of history are missing; .*snapshot restore/,
  })
})
