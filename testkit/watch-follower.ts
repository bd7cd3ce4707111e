import assert from 'node:assert/strict'
import type { KubeObject } from '#schema/object'
import type { TestApi, Watching, WireEvent } from './api-server.ts'
import { collection, type State, type Truth } from './watch-truth.ts'

/** Names with their revisions, for comparing states. */
export const sortedState = (state: State): [string, number][] =>
  [...state].toSorted(([a], [b]) => (a < b ? -1 : 1))

/** The state that a list shows. */
export const stateOf = (items: readonly KubeObject[]): State =>
  new Map(items.map(({ metadata }) => [metadata.name as string, Number(metadata.resourceVersion)]))

/**
 * An informer that believes nothing: it lists, watches from there, comes back where it was cut off, and holds each event
 * against what truly happened at its revision.
 */
export class Follower {
  readonly #truth: Truth
  #api: TestApi
  #state = new Map<string, number>()
  #watching: Watching | undefined
  #seen = 0
  /** The revision up to which this follower has been told everything. */
  #at = 0
  /** Events that have come and were true. */
  events = 0
  relists = 0

  constructor(api: TestApi, truth: Truth) {
    this.#api = api
    this.#truth = truth
  }

  get watching(): Watching | undefined {
    return this.#watching
  }

  get at(): number {
    return this.#at
  }

  /** Lists, and watches from the list's revision. */
  async begin(): Promise<void> {
    const list = await this.#api.list(collection)
    this.#at = Number(list.metadata.resourceVersion)
    this.#state = new Map(stateOf(list.items))
    assert.deepEqual(
      sortedState(this.#state),
      sortedState(this.#truth.at(this.#at)),
      `the list at ${this.#at}`,
    )
    await this.#watch()
  }

  /** Is cut off, and comes back to the same or to another server. */
  async reconnect(api: TestApi): Promise<void> {
    this.consume()
    this.#watching?.end()
    this.#api = api
    await this.#watch()
  }

  /** Takes what has come. @throws AssertionError when it is not what happened. */
  consume(): void {
    const events = this.#watching?.events ?? []
    for (; this.#seen < events.length; this.#seen++) this.#take(events[this.#seen] as WireEvent)
  }

  /** True when the server has told this follower to list again. */
  get isExpired(): boolean {
    return this.#watching?.events.at(-1)?.type === 'ERROR'
  }

  async relist(): Promise<void> {
    this.relists++
    await this.begin()
  }

  async #watch(): Promise<void> {
    this.#seen = 0
    const from = `${collection}?watch=1&allowWatchBookmarks=true&resourceVersion=${this.#at}`
    this.#watching = await this.#api.watch(from)
  }

  #take({ type, object }: WireEvent): void {
    if (type === 'ERROR') {
      assert.equal(object.code, 410, String(object.message))
      return
    }
    const { name = '', resourceVersion } = object.metadata
    const revision = Number(resourceVersion)
    const truth = this.#truth.at(revision)
    if (type === 'BOOKMARK') assert.ok(revision >= this.#at, 'bookmarks do not go back')
    else this.#change(type, name, revision, truth)
    this.#at = revision
    const what = `after ${type} ${name} ${revision}`
    assert.deepEqual(sortedState(this.#state), sortedState(truth), what)
  }

  #change(type: string, name: string, revision: number, truth: State): void {
    assert.ok(revision > this.#at, `${type} ${name} ${revision} comes after ${this.#at}`)
    const due = this.#state.has(name) ? (truth.has(name) ? 'MODIFIED' : 'DELETED') : 'ADDED'
    assert.equal(type, due, `${name} at ${revision}`)
    if (type === 'DELETED') this.#state.delete(name)
    else this.#state.set(name, revision)
    this.events++
  }
}
