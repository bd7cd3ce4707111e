// What a watch tells, by where it starts, what it selects, and how it ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#schema/object'
import { TestApi, type WireEvent } from '#testkit/api-server'
import { settled } from '#testkit/virtual-clock'

const cms = '/api/v1/namespaces/default/configmaps'
const elsewhere = '/api/v1/namespaces/kube-system/configmaps'
const mergePatch = { headers: { 'content-type': 'application/merge-patch+json' } }
const initialEnd = '&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan'

const revisionOf = ({ metadata }: KubeObject) => Number(metadata.resourceVersion)
const make = async (api: TestApi, name: string, labels = {}, path = cms) =>
  revisionOf(await api.ok('POST', path, { metadata: { name, labels } }))
const relabel = async (api: TestApi, name: string, labels: object) =>
  revisionOf(await api.ok('PATCH', `${cms}/${name}`, { metadata: { labels } }, mergePatch))
const remove = (api: TestApi, name: string, path = cms) => api.ok('DELETE', `${path}/${name}`)

type At = Readonly<Record<'a' | 'b' | 'b2' | 'gone', number>>

/** a and b are made, b is changed, a goes; and something is made elsewhere. */
async function storied(): Promise<{ api: TestApi; at: At; start: number }> {
  const api = await TestApi.start()
  const start = await api.store.revision()
  const a = await make(api, 'a', { tier: 'web' })
  const b = await make(api, 'b')
  const b2 = await relabel(api, 'b', { tier: 'web' })
  await remove(api, 'a')
  const gone = await api.store.revision()
  await make(api, 'x', {}, elsewhere)
  return { api, start, at: { a, b, b2, gone } }
}

const beginnings: readonly { query: string; events: readonly string[] }[] = [
  { query: '', events: ['ADDED b {b2}'] },
  { query: 'resourceVersion=0', events: ['ADDED b {b2}'] },
  {
    query: 'resourceVersion={start}',
    events: ['ADDED a {a}', 'ADDED b {b}', 'MODIFIED b {b2}', 'DELETED a {gone}'],
  },
  { query: 'resourceVersion={a}', events: ['ADDED b {b}', 'MODIFIED b {b2}', 'DELETED a {gone}'] },
  { query: 'resourceVersion={b2}', events: ['DELETED a {gone}'] },
  { query: 'resourceVersion={gone}', events: [] },
  { query: 'resourceVersion={now}', events: [] },
  { query: `resourceVersion=0${initialEnd}`, events: ['ADDED b {b2}', 'BOOKMARK {now}'] },
  { query: `resourceVersion=${initialEnd}`, events: ['ADDED b {b2}', 'BOOKMARK {now}'] },
  { query: `resourceVersion={a}${initialEnd}`, events: ['ADDED b {b2}', 'BOOKMARK {now}'] },
  {
    query: 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    events: ['ADDED b {b2}'],
  },
  { query: 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan', events: [] },
  {
    query: 'resourceVersion={start}&labelSelector=tier%3Dweb',
    events: ['ADDED a {a}', 'ADDED b {b2}', 'DELETED a {gone}'],
  },
  { query: 'resourceVersion={start}&labelSelector=!tier', events: ['ADDED b {b}', 'DELETED b {b2}'] },
  {
    query: 'resourceVersion={start}&fieldSelector=metadata.name%3Da',
    events: ['ADDED a {a}', 'DELETED a {gone}'],
  },
  { query: 'labelSelector=tier%3Ddb', events: [] },
]

test('a watch begins with what its query asks for', async (t) => {
  const { api, at, start } = await storied()
  const values: Record<string, number> = { ...at, start, now: await api.store.revision() }
  const filled = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
  for (const { query, events } of beginnings) {
    await t.test(query === '' ? 'no parameters' : query, async () => {
      const watching = await api.watch(`${cms}?watch=1&${filled(query)}`)
      assert.deepEqual(watching.brief(), events.map(filled))
      watching.end()
    })
  }
})

test('a watch goes on with every later change of its namespace, as upstream`s bytes', async () => {
  const { api } = await storied()
  const watching = await api.watch(`${cms}?watch=true&resourceVersion=${await api.store.revision()}`)
  assert.equal(watching.headers['content-type'], 'application/json')
  const c = await make(api, 'c')
  await make(api, 'y', {}, elsewhere)
  const c2 = await relabel(api, 'c', { l: 'v' })
  await remove(api, 'c')
  await settled()
  assert.deepEqual(watching.brief(), [`ADDED c ${c}`, `MODIFIED c ${c2}`, `DELETED c ${c2 + 1}`])
  const { uid, creationTimestamp } = watching.events[0]?.object.metadata ?? {}
  assert.equal(
    watching.lines[0],
    `{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c","namespace":"default","uid":"${uid}","resourceVersion":"${c}","creationTimestamp":"${creationTimestamp}"}}}`,
  )
  assert.deepEqual(watching.events[2]?.object.metadata.labels, { l: 'v' })
})

test('the old forms of a watch are watches too', async () => {
  const { api, at } = await storied()
  for (const path of [
    '/api/v1/watch/namespaces/default/configmaps',
    '/api/v1/watch/namespaces/default/configmaps/b',
  ]) {
    const watching = await api.watch(path)
    assert.deepEqual(watching.brief(), [`ADDED b ${at.b2}`])
    watching.end()
  }
  const everywhere = await api.watch('/api/v1/watch/configmaps')
  assert.equal(everywhere.events.length, 2)
  everywhere.end()
})

test('a watch of one name sees that name alone', async () => {
  const { api } = await storied()
  const watching = await api.watch(`${cms}/c?watch=1`)
  const c = await make(api, 'c')
  await make(api, 'cc')
  await remove(api, 'c')
  await settled()
  assert.deepEqual(watching.brief(), [`ADDED c ${c}`, `DELETED c ${c + 2}`])
})

test('an object that comes into a selector is ADDED, one that leaves it is DELETED as it was', async () => {
  const { api } = await storied()
  const watching = await api.watch(`${cms}?watch=1&labelSelector=tier%3Ddb`)
  await make(api, 'c')
  const into = await relabel(api, 'c', { tier: 'db' })
  const within = await relabel(api, 'c', { more: 'x' })
  const out = await relabel(api, 'c', { tier: 'web' })
  await remove(api, 'c')
  await settled()
  assert.deepEqual(watching.brief(), [`ADDED c ${into}`, `MODIFIED c ${within}`, `DELETED c ${out}`])
  assert.deepEqual(watching.events[2]?.object.metadata.labels, { tier: 'db', more: 'x' })
})

test('the end of the initial events is marked', async () => {
  const { api } = await storied()
  const watching = await api.watch(`${cms}?watch=1&resourceVersion=${initialEnd}`)
  const bookmark = watching.events.at(-1)?.object
  assert.equal(bookmark?.kind, 'ConfigMap')
  assert.deepEqual(bookmark?.metadata.annotations, { 'k8s.io/initial-events-end': 'true' })
})

test('a watch that asks for bookmarks gets them each minute and before its end', async () => {
  const { api } = await storied()
  const watching = await api.watch(
    `${cms}?watch=1&allowWatchBookmarks=true&resourceVersion=${await api.store.revision()}&timeoutSeconds=100`,
  )
  const plain = await api.watch(
    `${cms}?watch=1&resourceVersion=${await api.store.revision()}&timeoutSeconds=100`,
  )
  const other = await make(api, 'y', {}, elsewhere)
  await api.clock.advance(76_000)
  assert.deepEqual(watching.brief(), [`BOOKMARK ${other}`])
  const later = await make(api, 'z', {}, elsewhere)
  await api.clock.advance(23_000)
  assert.deepEqual(watching.brief(), [`BOOKMARK ${other}`, `BOOKMARK ${later}`])
  assert.equal(watching.ended, false)
  await api.clock.advance(1_000)
  assert.equal(watching.ended, true)
  assert.deepEqual(plain.brief(), [])
})

test('a watch without a timeout ends between one and two times the minimum', async () => {
  const api = await TestApi.start({ options: { watchTimeoutMinMs: 1_000_000 } })
  const watches = await Promise.all(Array.from({ length: 20 }, () => api.watch(`${cms}?watch=1`)))
  const ended = () => watches.filter((one) => one.ended).length
  await api.clock.advance(999_000)
  assert.equal(ended(), 0)
  await api.clock.advance(500_000)
  assert.ok(ended() > 0 && ended() < 20, 'ends are spread')
  await api.clock.advance(502_000)
  assert.equal(ended(), 20)
})

test('a watch from before history gets 410 in its stream', async () => {
  const { api, at } = await storied()
  await api.clock.advance(60 * 60_000)
  for (let i = 0; i < 600; i++) await make(api, `n${i}`, {}, elsewhere)
  const watching = await api.watch(`${cms}?watch=1&resourceVersion=${at.a}`)
  assert.equal(watching.ended, true)
  assert.equal(watching.events.length, 1)
  const [{ type, object }] = watching.events as [(typeof watching.events)[0]]
  assert.equal(type, 'ERROR')
  const { message, ...rest } = object
  assert.match(message as string, new RegExp(`^too old resource version: ${at.a} \\(\\d+\\)$`))
  assert.deepEqual(rest, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason: 'Expired',
    code: 410,
  })
})

test('a watch from a revision to come tells nothing of what is before it', async () => {
  const { api } = await storied()
  const now = await api.store.revision()
  const watching = await api.watch(`${cms}?watch=1&resourceVersion=${now + 2}`)
  await make(api, 'c')
  await make(api, 'd')
  const e = await make(api, 'e')
  await settled()
  assert.deepEqual(watching.brief(), [`ADDED e ${e}`])
})

test('a reader that stands still is cut off, hinders no other, and misses nothing when it comes back', async () => {
  const { api } = await storied()
  const at = await api.store.revision()
  const slow = await api.watch(`${cms}?watch=1&resourceVersion=${at}`)
  const quick = await api.watch(`${cms}?watch=1&resourceVersion=${at}`)
  slow.slow = true
  for (let i = 0; i < 30; i++) {
    await api.ok('POST', cms, { metadata: { name: `big${i}` }, data: { k: 'x'.repeat(100_000) } })
  }
  await settled()
  assert.equal(quick.events.length, 30)
  assert.ok(slow.events.length < 5, 'nothing more is written to a reader without room')
  await api.clock.advance(10_000)
  assert.equal(slow.ended, true)
  assert.equal(quick.ended, false)
  const last = slow.events.at(-1)?.object.metadata.resourceVersion
  const again = await api.watch(`${cms}?watch=1&resourceVersion=${last}`)
  assert.deepEqual([...slow.brief(), ...again.brief()], quick.brief())
})

test('a reader that makes room again and again is told everything once', async () => {
  const { api } = await storied()
  const watching = await api.watch(`${cms}?watch=1&resourceVersion=${await api.store.revision()}`)
  watching.slow = true
  const made: string[] = []
  for (let i = 0; i < 10; i++) {
    made.push(`ADDED p${i} ${await make(api, `p${i}`)}`)
    if (i % 3 === 2) watching.resume()
    watching.slow = true
  }
  watching.resume()
  await settled()
  assert.deepEqual(watching.brief(), made)
})

test('a reader that comes back too late for what it missed is told to list again', async () => {
  const { api } = await storied()
  const watching = await api.watch(`${cms}?watch=1&resourceVersion=${await api.store.revision()}`)
  watching.slow = true
  for (let i = 0; i < 70; i++) {
    await api.ok('POST', cms, { metadata: { name: `big${i}` }, data: { k: 'x'.repeat(1_000_000) } })
  }
  await settled()
  watching.resume()
  await settled()
  assert.match(watching.brief().at(-1) as string, /^ERROR too old resource version: /)
  assert.equal(watching.ended, true)
})

test('a reader that pauses gets everything afterwards', async () => {
  const { api } = await storied()
  const watching = await api.watch(`${cms}?watch=1&resourceVersion=${await api.store.revision()}`)
  watching.slow = true
  const made: string[] = []
  for (let i = 0; i < 10; i++) made.push(`ADDED p${i} ${await make(api, `p${i}`)}`)
  await settled()
  watching.resume()
  made.push(`ADDED q ${await make(api, 'q')}`)
  await settled()
  assert.deepEqual(watching.brief(), made)
})

test('a watch ends with its client and with the server', async () => {
  const { api } = await storied()
  const timers = api.clock.waiting
  const gone = await api.watch(`${cms}?watch=1&allowWatchBookmarks=1`)
  assert.ok(api.clock.waiting > timers)
  gone.end()
  assert.equal(api.clock.waiting, timers, 'nothing is left of a watch whose client has gone')
  const open = await api.watch(`${cms}?watch=1`)
  await api.server.close()
  await settled()
  assert.equal(open.ended, true)
})

test('when watches have ended, writes go on, and a new watch ends at once', async () => {
  const { api } = await storied()
  const open = await api.watch(`${cms}?watch=1`)
  api.server.endWatches()
  // The clock stands still: a write that waited for a cache which follows no longer would wait forever.
  await make(api, 'late')
  const late = await api.watch(`${cms}?watch=1`)
  await settled()
  assert.deepEqual([open.ended, late.ended], [true, true])
})

test('a watch can be answered with tables and with metadata alone', async () => {
  const { api, at } = await storied()
  const as = (what: string) => ({ headers: { accept: `application/json;as=${what};v=v1;g=meta.k8s.io` } })
  const table = await api.watch(`${cms}?watch=1`, as('Table'))
  type Table = {
    kind: string
    rows: { cells: unknown[]; object: KubeObject }[]
    columnDefinitions: unknown[] | null
  }
  const { kind, rows, columnDefinitions } = (table.events[0] as WireEvent).object as unknown as Table
  assert.equal(kind, 'Table')
  assert.equal(rows[0]?.cells[0], 'b')
  assert.equal(rows[0]?.object.kind, 'PartialObjectMetadata')
  assert.ok((columnDefinitions?.length ?? 0) > 0)
  const partial = await api.watch(`${cms}?watch=1`, as('PartialObjectMetadata'))
  const { object } = partial.events[0] as WireEvent
  assert.deepEqual(Object.keys(object), ['kind', 'apiVersion', 'metadata'])
  assert.equal(object.kind, 'PartialObjectMetadata')
  assert.equal(object.metadata.resourceVersion, String(at.b2))
})

test('open watches are counted', async () => {
  const api = await TestApi.start()
  const open = async () =>
    /^apiserver_longrunning_requests\{.*resource="configmaps".*\} (\d+)$/m.exec(
      await api.server.metrics.render(),
    )?.[1]
  const first = await api.watch(`${cms}?watch=true`)
  await api.watch(`${cms}?watch=true`)
  assert.equal(await open(), '2')
  first.end()
  assert.equal(await open(), '1')
})
