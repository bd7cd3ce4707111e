// Random writers and watchers on every engine, under compaction, reconnects and restarts of the server.
// KUBELING_WATCH_EVENTS says how many events are checked on each (default 20000; a million takes some minutes).
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { realClock } from '#host/clock'
import { openEtcdStore, openMemoryStore, openSqliteStore, type Store } from '#store'
import { startEtcd } from '#testkit/host/etcd'
import { tempDir } from '#testkit/host/process'
import { runWatchLaws } from '#testkit/watch-laws'

const eventsMin = Number(process.env['KUBELING_WATCH_EVENTS'] ?? 20_000)

const engines: Readonly<Record<string, (t: TestContext) => Promise<Store>>> = {
  memory: async () => openMemoryStore({ clock: realClock }),
  SQLite: (t) => openSqliteStore({ path: join(tempDir(t), 'db'), clock: realClock }),
  etcd: async (t) => {
    const { url } = await startEtcd(t)
    return openEtcdStore({ endpoints: [url], prefix: '/registry/', clock: realClock, timeoutMs: 5000 })
  },
}

for (const [name, open] of Object.entries(engines)) {
  test(`watchers of random writes lose, repeat and reorder nothing: ${name}`, async (t) => {
    const store = await open(t)
    t.after(() => store.close())
    let [events, relists, restarts, compactions] = [0, 0, 0, 0]
    for (let seed = 1; events < eventsMin; seed++) {
      const done = await runWatchLaws({ seed, writes: 400, followersMax: 100, store, restarts: true })
      events += done.events
      relists += done.relists
      restarts += done.restarts
      compactions += done.compactions
    }
    t.diagnostic(
      `${events} events, ${compactions} compactions, ${restarts} servers replaced, ${relists} lists again`,
    )
    assert.ok(compactions > 0 && restarts > 0)
  })
}
