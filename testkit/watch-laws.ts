import assert from 'node:assert/strict'
import type { Random } from '#base/random'
import type { Store } from '#store'
import { TestApi } from './api-server.ts'
import { seededRandom } from './seeded-random.ts'
import { settled } from './virtual-clock.ts'
import { Follower, sortedState, stateOf } from './watch-follower.ts'
import { collection, pick, Truth, writeAtRandom } from './watch-truth.ts'

/** How a run of random writers and watchers goes. */
export interface WatchRun {
  readonly seed: number
  readonly writes: number
  /** At most so many followers at a time. */
  readonly followersMax: number
  readonly store: Store
  /** True where another server may be started on the same store. */
  readonly restarts: boolean
}

/** What a run saw. */
export interface WatchRunResult {
  readonly events: number
  readonly relists: number
  readonly restarts: number
  readonly compactions: number
}

/**
 * Random writes, with followers that come, stall, are cut off and come back, while the store is compacted and servers are
 * replaced. Every event is held against what happened: ordered, unique, reliable, atomic, resumable, bookmarkable, and
 * true in type and content.
 */
export async function runWatchLaws(run: WatchRun): Promise<WatchRunResult> {
  const session = new Session(run, await TestApi.start({ store: run.store }))
  await session.begin()
  for (let step = 0; step < run.writes; step++) await session.step()
  return session.end()
}

class Session {
  readonly #run: WatchRun
  readonly #random: Random
  #api: TestApi
  #truth = new Truth(0, new Map())
  readonly #followers: Follower[] = []
  #restarts = 0
  #compactions = 0
  #compacted = 0

  constructor(run: WatchRun, api: TestApi) {
    this.#run = run
    this.#random = seededRandom(run.seed)
    this.#api = api
  }

  async begin(): Promise<void> {
    const { metadata, items } = await this.#api.list(collection)
    this.#truth = new Truth(Number(metadata.resourceVersion), stateOf(items))
  }

  async step(): Promise<void> {
    const chance = (share: number) => this.#random.next() < share
    await writeAtRandom(this.#api, this.#random, this.#truth)
    if (this.#followers.length < this.#run.followersMax && chance(0.2)) await this.#follow()
    if (chance(0.02)) await this.#api.clock.advance(40_000)
    if (chance(0.02)) await this.#compact()
    if (this.#run.restarts && chance(0.005)) await this.#restart()
    const one = this.#followers.length > 0 ? pick(this.#random, this.#followers) : undefined
    if (one?.watching && chance(0.1)) one.watching.slow = true
    if (one?.watching && chance(0.3)) one.watching.resume()
    if (one && chance(0.05)) await one.reconnect(this.#api)
    if (chance(0.05)) await this.#heal()
  }

  /** Every follower is told everything in the end, and lists of the past are what was. */
  async end(): Promise<WatchRunResult> {
    await this.#heal()
    for (const { watching } of this.#followers) watching?.resume()
    await this.#caughtUp()
    for (const follower of this.#followers) follower.consume()
    for (const { revision, state } of this.#truth.states.slice(-20)) {
      if (revision < this.#compacted) continue
      const query = `resourceVersion=${revision}&resourceVersionMatch=Exact`
      const list = await this.#api.list(`${collection}?${query}`)
      assert.deepEqual(sortedState(stateOf(list.items)), sortedState(state), `the state at ${revision}`)
    }
    await this.#api.server.close()
    const sum = (of: (one: Follower) => number) => this.#followers.reduce((all, one) => all + of(one), 0)
    return {
      events: sum(({ events }) => events),
      relists: sum(({ relists }) => relists),
      restarts: this.#restarts,
      compactions: this.#compactions,
    }
  }

  async #follow(): Promise<void> {
    const follower = new Follower(this.#api, this.#truth)
    await follower.begin()
    this.#followers.push(follower)
  }

  async #compact(): Promise<void> {
    const { revision } = pick(this.#random, this.#truth.states.slice(-50))
    if (revision <= this.#compacted) return
    this.#compacted = revision
    this.#compactions++
    await this.#run.store.compact(revision)
  }

  async #restart(): Promise<void> {
    this.#restarts++
    const old = this.#api
    this.#api = await TestApi.start({ store: this.#run.store })
    for (const follower of this.#followers) await follower.reconnect(this.#api)
    await old.server.close()
  }

  /** Followers that were cut off come back, those that came too late list again. */
  async #heal(): Promise<void> {
    for (const follower of this.#followers) {
      follower.consume()
      if (follower.isExpired) await follower.relist()
      else if (follower.watching?.ended === true) await follower.reconnect(this.#api)
    }
  }

  /** Waits for a last write to reach every follower. */
  async #caughtUp(): Promise<void> {
    const name = `end-${this.#run.seed}`
    const made = await this.#api.ok('POST', collection, { metadata: { name } })
    const revision = Number(made.metadata.resourceVersion)
    this.#truth.record(revision, (state) => state.set(name, revision))
    for (const follower of this.#followers) {
      for (let turn = 0; follower.at < revision; turn++) {
        assert.ok(
          turn < 1000,
          `a follower stands at ${follower.at} of ${revision}: ${follower.watching?.brief().slice(-3).join()}`,
        )
        await settled()
        await this.#heal()
      }
    }
  }
}
