// Random writers and watchers: nothing is lost, repeated or out of order, and every list is a state that was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Random } from '#base/random'
import type { KubeObject } from '#schema/object'
import { TestApi, type Watching } from '#testkit/api-server'
import { seededRandom } from '#testkit/seeded-random'
import { settled } from '#testkit/virtual-clock'

const cms = '/api/v1/namespaces/default/configmaps'
const names = ['a', 'b', 'c', 'd', 'e', 'f']
const mergePatch = { headers: { 'content-type': 'application/merge-patch+json' } }

/** Objects by name with their revisions: a state of the collection. */
type State = ReadonlyMap<string, number>

/** What has truly happened: the state after each revision. */
class Truth {
  readonly states: { readonly revision: number; readonly state: State }[] = []

  constructor(revision: number) {
    this.states.push({ revision, state: new Map() })
  }

  get now(): State {
    return this.states.at(-1)?.state as State
  }

  record(revision: number, change: (state: Map<string, number>) => void): void {
    const state = new Map(this.now)
    change(state)
    this.states.push({ revision, state })
  }

  at(revision: number): State {
    return this.states.findLast((one) => one.revision <= revision)?.state as State
  }
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T

/** One random write; what the server acknowledges goes into the truth. */
async function write(api: TestApi, random: Random, truth: Truth): Promise<void> {
  const name = pick(random, names)
  const even = String(Math.floor(random.next() * 2))
  if (!truth.now.has(name)) {
    const made = await api.ok('POST', cms, { metadata: { name, labels: { even } } })
    const revision = Number(made.metadata.resourceVersion)
    truth.record(revision, (state) => state.set(name, revision))
  } else if (random.next() < 0.3) {
    await api.ok('DELETE', `${cms}/${name}`)
    truth.record(await api.store.revision(), (state) => state.delete(name))
  } else {
    const change = { metadata: { labels: { even, nonce: String(random.next()) } } }
    const { metadata } = await api.ok('PATCH', `${cms}/${name}`, change, mergePatch)
    truth.record(Number(metadata.resourceVersion), (state) =>
      state.set(name, Number(metadata.resourceVersion)),
    )
  }
}

const stateOf = (items: readonly KubeObject[]): State =>
  new Map(items.map(({ metadata }) => [metadata.name as string, Number(metadata.resourceVersion)]))

/** A list, and the watch that goes on from it. */
interface Follower {
  readonly start: number
  readonly listed: State
  readonly watching: Watching
}

async function follow(api: TestApi): Promise<Follower> {
  const list = await api.list(cms)
  const start = list.metadata.resourceVersion as string
  const watching = await api.watch(`${cms}?watch=1&allowWatchBookmarks=true&resourceVersion=${start}`)
  return { start: Number(start), listed: stateOf(list.items), watching }
}

/** Replays a watch onto its list: each event must be the next thing that truly happened. */
function check({ start, listed, watching }: Follower, truth: Truth): void {
  assert.deepEqual(sorted(listed), sorted(truth.at(start)), `the list at ${start}`)
  const state = new Map(listed)
  let last = start
  for (const { type, object } of watching.events) {
    const { name = '', resourceVersion } = object.metadata
    const revision = Number(resourceVersion)
    if (type === 'BOOKMARK') {
      assert.ok(revision >= last, 'bookmarks do not go back')
      assert.deepEqual(
        sorted(state),
        sorted(truth.at(revision)),
        `everything up to the bookmark ${revision} is told`,
      )
      last = revision
      continue
    }
    assert.ok(revision > last, `${type} ${name} ${revision} comes after ${last}`)
    last = revision
    assert.equal(type, state.has(name) ? (truth.at(revision).has(name) ? 'MODIFIED' : 'DELETED') : 'ADDED')
    if (type === 'DELETED') state.delete(name)
    else state.set(name, revision)
    assert.deepEqual(sorted(state), sorted(truth.at(revision)), `after ${type} ${name} ${revision}`)
  }
  assert.deepEqual(sorted(state), sorted(truth.now), 'the watch ends where the writes end')
}

const sorted = (state: State) => [...state].toSorted(([a], [b]) => (a < b ? -1 : 1))

async function run(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const api = await TestApi.start()
  const truth = new Truth(await api.store.revision())
  const followers: Follower[] = []
  for (let step = 0; step < 120; step++) {
    await write(api, random, truth)
    if (random.next() < 0.1) followers.push(await follow(api))
    if (random.next() < 0.05) await api.clock.advance(40_000)
    const paused = followers.at(-1)?.watching
    if (paused && random.next() < 0.1) paused.slow = true
    if (paused && random.next() < 0.1) paused.resume()
  }
  for (const { watching } of followers) watching.resume()
  await settled()
  for (const follower of followers) check(follower, truth)
  for (const { revision, state } of truth.states.slice(-20)) {
    const list = await api.list(`${cms}?resourceVersion=${revision}&resourceVersionMatch=Exact`)
    assert.deepEqual(sorted(stateOf(list.items)), sorted(state), `the state at ${revision}`)
  }
  await api.server.close()
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`watchers of random writes lose, repeat and reorder nothing (seed ${seed})`, () => run(seed))
}

test('writers at the same time all win in the end, one after the other', async () => {
  const api = await TestApi.start()
  await api.ok('POST', cms, { metadata: { name: 'n' }, data: { count: '0' } })
  const watching = await api.watch(`${cms}?watch=1`)
  const addOne = async (): Promise<void> => {
    for (;;) {
      const object = await api.ok<KubeObject & { data: { count: string } }>('GET', `${cms}/n`)
      object.data.count = String(Number(object.data.count) + 1)
      const { status } = await api.call('PUT', `${cms}/n`, object)
      if (status === 200) return
      assert.equal(status, 409)
    }
  }
  await Promise.all(Array.from({ length: 20 }, addOne))
  const end = await api.ok<KubeObject & { data: { count: string } }>('GET', `${cms}/n`)
  assert.equal(end.data.count, '20')
  await settled()
  const counts = watching.events.map(({ object }) => (object as unknown as typeof end).data.count)
  assert.deepEqual(
    counts,
    Array.from({ length: 21 }, (_, i) => String(i)),
  )
})
