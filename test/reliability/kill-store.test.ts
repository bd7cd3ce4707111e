// kill -9 of a program that writes to an embedded store: every acknowledged write is there afterwards, revisions rise,
// and the database passes its own checks, which opening it makes. KUBELING_KILL_STORE_ROUNDS: 20 by default.
import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { start, tempDir, until } from '#testkit/host/process'
import { Acknowledged } from './acknowledged.ts'

const rounds = Number(process.env.KUBELING_KILL_STORE_ROUNDS ?? 20)
const writer = resolve(import.meta.dirname, 'programs/store-writer.ts')

test(`kill -9 of an embedded store's writer, ${rounds} times, loses nothing`, {
  timeout: 3_600_000,
}, async (t) => {
  const path = join(tempDir(t), 'store.db')
  const acknowledged = new Acknowledged()
  for (let round = 0; round < rounds; round++) {
    const running = start(t, process.execPath, [writer, path, String(round)])
    const wanted = 50 + ((round * 97) % 400)
    await until(`${wanted} acknowledged writes`, () => {
      assert.equal(running.child.exitCode, null, running.output())
      return running.output().split('\n').length > wanted
    })
    await running.stop('SIGKILL')
    acknowledged.read(running.output())
    await acknowledged.check(path)
  }
  t.diagnostic(`${acknowledged.count} acknowledged writes over ${rounds} kills, none lost`)
})
