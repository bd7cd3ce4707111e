// The order in which an API server stops: it says that it is not ready, takes nothing new, ends what is under way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silent } from '#base/log'
import { openMemoryStore } from '#store'
import { seededRandom } from '#testkit/seeded-random'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { startApiServer } from '../apiserver.ts'

const delayMs = 5_000

async function start() {
  const clock = new VirtualClock()
  const store = openMemoryStore({ clock })
  const running = await startApiServer(
    {
      store: { kind: 'given', store },
      insecure: { address: '127.0.0.1', port: 0 },
      advertiseAddress: '127.0.0.1',
      certDir: '/nowhere',
      shutdownDelayMs: delayMs,
    },
    {
      clock,
      random: seededRandom(1),
      log: silent,
      files: { read: async () => undefined, write: async () => {} },
    },
  )
  const ask = (path: string) => fetch(`${running.insecureUrl}${path}`)
  return { running, clock, ask }
}

test('a server that stops is not ready, but answers as long as its delay lasts', async () => {
  const { running, clock, ask } = await start()
  assert.equal((await ask('/readyz')).status, 200)
  const stopped = running.close()
  assert.equal(running.close(), stopped, 'stopping twice is stopping once')
  const ready = await ask('/readyz?verbose')
  assert.equal(ready.status, 500)
  assert.match(await ready.text(), /\[-\]shutdown failed/)
  assert.equal((await ask('/livez')).status, 200)
  assert.equal((await ask('/api/v1/namespaces')).status, 200)
  await clock.advance(delayMs)
  await stopped
  await assert.rejects(ask('/livez'))
})

test('watches end in order when the server stops', async () => {
  const { running, clock, ask } = await start()
  const watch = await ask('/api/v1/namespaces?watch=true')
  assert.equal(watch.status, 200)
  const text = watch.text()
  const stopped = running.close()
  await settled()
  await clock.advance(delayMs)
  await stopped
  const lines = (await text).trimEnd().split('\n')
  assert.ok(lines.every((line) => (JSON.parse(line) as { type: string }).type === 'ADDED'))
})
