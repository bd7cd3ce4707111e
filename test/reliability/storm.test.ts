// Storms: all informers come back at once after a restart, many read a list of huge objects, thousands of connections
// stand idle. Everybody gets everything, the server stays ready, and memory stays bounded.
//
//   KUBELING_STORM_INFORMERS   informers after the restart (100; long: 1000)
//   KUBELING_STORM_READERS     readers of the huge list (8; long: 64)
//   KUBELING_STORM_SECRETS     secrets of 1 MB in it (50; long: 400)
//   KUBELING_STORM_IDLE        idle connections (500; long: 5000, which needs `ulimit -n` 12000)
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { newPlace, type ProbedServer, startProbed } from './programs/probed-server.ts'
import { askReady, create, startStorm } from './programs/run-storm.ts'

const informers = Number(process.env['KUBELING_STORM_INFORMERS'] ?? 100)
const small = { readers: 8, secrets: 50 }
const readers = Number(process.env['KUBELING_STORM_READERS'] ?? small.readers)
const secrets = Number(process.env['KUBELING_STORM_SECRETS'] ?? small.secrets)
const idle = Number(process.env['KUBELING_STORM_IDLE'] ?? 500)
const objects = 500
const configMaps = '/api/v1/namespaces/default/configmaps'
const secretPath = '/api/v1/namespaces/default/secrets'
const mebibytes = (bytes: number) => Math.round((bytes / 2 ** 20) * 10) / 10

async function informersSync(t: TestContext, server: ProbedServer, count: number) {
  const lastEvent = 'the-last-event'
  const common = { mode: 'informers', path: configMaps, objects, lastEvent } as const
  const storm = await startStorm(t, server, { ...common, count, timeoutSeconds: 20 + count / 10 })
  const notReady = askReady(t, server)
  await storm.synced
  await create(server, configMaps, { metadata: { name: lastEvent } })
  const report = await storm.report
  return { ...report, notReady: notReady() }
}

test(`${informers} informers come back at once after a restart`, async (t) => {
  const place = await newPlace(t)
  const first = await startProbed(t, place)
  const data = { pad: 'x'.repeat(2_000) }
  for (let i = 0; i < objects; i++) await create(first, configMaps, { metadata: { name: `c${i}` }, data })
  await first.stop('SIGKILL')
  const server = await startProbed(t, place)
  const before = server.probed().rss
  const { faults, notReady, syncedSeconds } = await informersSync(t, server, informers)
  const { rssMax, loopP99Ms, loopMaxMs } = server.probed()
  t.diagnostic(
    `synced in ${syncedSeconds.toFixed(2)} s; RSS ${mebibytes(before)}, at most ${mebibytes(rssMax)} MiB`,
  )
  t.diagnostic(`event loop p99 ${loopP99Ms} ms, max ${loopMaxMs} ms`)
  assert.deepEqual(faults, [])
  assert.deepEqual(notReady, [])
})

test('a list at the beginning of a watch that lacks objects is found', async (t) => {
  const server = await startProbed(t, await newPlace(t), {
    file: 'src/apiserver/watch-cache/watcher.ts',
    find: 'for (const [, entry] of initial) yield view.initial(entry) ?? []',
    replace: "for (const [key, entry] of initial) if (!key.endsWith('7')) yield view.initial(entry) ?? []",
  })
  for (let i = 0; i < objects; i++) await create(server, configMaps, { metadata: { name: `c${i}` } })
  const { faults } = await informersSync(t, server, 4)
  assert.match(faults.join('\n'), /was told \d+ of 500/)
})

/** Reads the huge list with all readers, who begin together and then wait a while; gives by how much RSS rose. */
async function readHuge(t: TestContext, server: ProbedServer, { readers, secrets }: typeof small) {
  const data = { big: Buffer.alloc(730_000, 'x').toString('base64') }
  for (let i = 0; i < secrets; i++) await create(server, secretPath, { metadata: { name: `s${i}` }, data })
  const before = server.probed().rss
  const common = { mode: 'lists', path: secretPath, objects: secrets, lastEvent: '-' } as const
  const storm = await startStorm(t, server, { ...common, count: readers, timeoutSeconds: 60 + readers * 5 })
  const notReady = askReady(t, server)
  const report = await storm.report
  return { ...report, notReady: notReady(), rose: server.probed().rssMax - before }
}

/** Half of what it takes to hold all answers of the short form. */
const riseMax = (small.readers * small.secrets * 2 ** 20) / 2

test(`${readers} informers list ${secrets} secrets of 1 MB each`, async (t) => {
  const server = await startProbed(t, await newPlace(t))
  const { faults, notReady, rose, bytes, syncedSeconds } = await readHuge(t, server, { readers, secrets })
  const { loopP99Ms, loopMaxMs } = server.probed()
  t.diagnostic(`${mebibytes(bytes)} MiB in ${syncedSeconds.toFixed(2)} s; RSS rose by ${mebibytes(rose)} MiB`)
  t.diagnostic(`event loop p99 ${loopP99Ms} ms, max ${loopMaxMs} ms`)
  assert.deepEqual(faults, [])
  assert.deepEqual(notReady, [])
  assert.ok(rose < riseMax, `RSS rose by ${mebibytes(rose)} MiB`)
})

test('a server that holds whole answers for readers who wait is found', async (t) => {
  const server = await startProbed(t, await newPlace(t), {
    file: 'src/apiserver/listen/pieces.ts',
    find: 'return void target.write(block.subarray(0, filled), (error) => error ?? next())',
    replace: 'return void target.write(Buffer.from(block.subarray(0, filled))), next()',
  })
  const { rose } = await readHuge(t, server, small)
  assert.ok(rose >= riseMax, `RSS rose by ${mebibytes(rose)} MiB`)
})

test(`${idle} connections stand idle`, async (t) => {
  const server = await startProbed(t, await newPlace(t))
  const before = server.probed().rss
  const common = { mode: 'idle', path: '', objects: 0, lastEvent: '-' } as const
  const storm = await startStorm(t, server, { ...common, count: idle, timeoutSeconds: 30 + idle / 50 })
  const report = await storm.report
  const { rss, loopMaxMs } = server.probed()
  t.diagnostic(
    `${Math.round((rss - before) / idle / 1024)} KiB for a connection; event loop max ${loopMaxMs} ms`,
  )
  assert.deepEqual(report.faults, [])
  await create(server, configMaps, { metadata: { name: 'still-here' } })
  const ended = once(server.child, 'exit')
  server.child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
})
