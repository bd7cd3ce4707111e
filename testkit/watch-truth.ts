import type { Random } from '#base/random'
import type { TestApi } from './api-server.ts'

/** Objects by name with their revisions: a state of the collection. */
export type State = ReadonlyMap<string, number>

/** The collection in which the random writes are made: of a kind whose deletion answers with the object, and so with its revision. */
export const collection = '/api/v1/namespaces/default/serviceaccounts'

const names = ['a', 'b', 'c', 'd', 'e', 'f']
const mergePatch = { headers: { 'content-type': 'application/merge-patch+json' } }

/** What has truly happened: the state after each revision. */
export class Truth {
  readonly states: { readonly revision: number; readonly state: State }[] = []

  constructor(revision: number, state: State) {
    this.states.push({ revision, state })
  }

  get now(): State {
    return this.#last.state
  }

  get revision(): number {
    return this.#last.revision
  }

  get #last(): { readonly revision: number; readonly state: State } {
    return this.states.at(-1) as { revision: number; state: State }
  }

  record(revision: number, change: (state: Map<string, number>) => void): void {
    const state = new Map(this.now)
    change(state)
    this.states.push({ revision, state })
  }

  /** The state at a revision. */
  at(revision: number): State {
    let low = 0
    let high = this.states.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.states[middle] as { revision: number }).revision <= revision) low = middle
      else high = middle - 1
    }
    return (this.states[low] as { state: State }).state
  }
}

/** One of several, at random. */
export const pick = <T>(random: Random, from: readonly T[]): T =>
  from[Math.floor(random.next() * from.length)] as T

/** One random write; what the server acknowledges goes into the truth. */
export async function writeAtRandom(api: TestApi, random: Random, truth: Truth): Promise<void> {
  const name = pick(random, names)
  const even = String(Math.floor(random.next() * 2))
  if (!truth.now.has(name)) {
    const made = await api.ok('POST', collection, { metadata: { name, labels: { even } } })
    const revision = Number(made.metadata.resourceVersion)
    truth.record(revision, (state) => state.set(name, revision))
    return
  }
  if (random.next() < 0.3) {
    const gone = await api.ok('DELETE', `${collection}/${name}`)
    const revision = Number(gone.metadata.resourceVersion)
    truth.record(revision, (state) => state.delete(name))
    return
  }
  const change = { metadata: { labels: { even, nonce: String(random.next()) } } }
  const { metadata } = await api.ok('PATCH', `${collection}/${name}`, change, mergePatch)
  const revision = Number(metadata.resourceVersion)
  truth.record(revision, (state) => state.set(name, revision))
}
