// Writers of ConfigMaps, a watch that notes all that they did, and what a client may expect of a restored server.
import assert from 'node:assert/strict'
import { type ResourceName, readLines } from '#client'

/** What the writers write. */
export interface ConfigMap {
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
  readonly data: { readonly at: string }
}

interface ConfigMapList {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
  readonly items: readonly ConfigMap[]
}

interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: ConfigMap
}

const path = '/api/v1/namespaces/default/configmaps'
const json = { 'content-type': 'application/json' }

/** The resource as our client names it. */
export const configMaps: ResourceName = { group: '', version: 'v1', plural: 'configmaps', namespaced: true }

/** Lists the writers' objects. */
export async function listAll(url: string, query = ''): Promise<ConfigMapList> {
  const answer = await fetch(`${url}${path}${query}`)
  assert.equal(answer.status, 200)
  return (await answer.json()) as ConfigMapList
}

/** Creates one object. */
export function create(url: string, name: string, data: object): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ metadata: { name }, data }),
  })
}

const writers = 4

/** Writers that create, change and delete until the server is gone. */
export class Load {
  acknowledged = 0
  readonly ended: Promise<unknown>
  readonly #url: string
  readonly #padding: string

  constructor(url: string, name: string, paddingBytes = 500) {
    this.#url = url
    this.#padding = 'x'.repeat(paddingBytes)
    this.ended = Promise.all(Array.from({ length: writers }, (_, i) => this.#write(`${name}-w${i}`)))
  }

  async #write(prefix: string): Promise<void> {
    try {
      for (let i = 0; ; i++) await this.#one(`${prefix}-${i}`, i)
    } catch (error) {
      // Fetch says TypeError when the server is gone.
      if (!(error instanceof TypeError)) throw error
    }
  }

  async #one(name: string, i: number): Promise<void> {
    await this.#ask(await create(this.#url, name, { at: '0', padding: this.#padding }), 201)
    const body = JSON.stringify({ data: { at: String(i) } })
    const headers = { 'content-type': 'application/merge-patch+json' }
    if (i % 2 === 0)
      await this.#ask(await fetch(`${this.#url}${path}/${name}`, { method: 'PATCH', headers, body }), 200)
    if (i % 3 === 0) await this.#ask(await fetch(`${this.#url}${path}/${name}`, { method: 'DELETE' }), 200)
  }

  async #ask(answer: Response, status: number): Promise<void> {
    assert.equal(answer.status, status, await answer.text())
    this.acknowledged++
  }
}

/** Watches everything and can say what there was at a revision. */
export class Recorder {
  revision: number
  ended: Promise<void> = Promise.resolve()
  readonly #before: readonly ConfigMap[]
  readonly #events: Event[] = []

  private constructor(list: ConfigMapList) {
    this.#before = list.items
    this.revision = Number(list.metadata.resourceVersion)
  }

  static async start(url: string): Promise<Recorder> {
    const list = await listAll(url)
    const recorder = new Recorder(list)
    const answer = await fetch(`${url}${path}?watch=1&resourceVersion=${recorder.revision}`)
    recorder.ended = recorder.#follow(answer)
    return recorder
  }

  /** The objects as they were at a revision, by name. */
  stateAt(revision: number): ConfigMap[] {
    assert.ok(revision <= this.revision, `revision ${revision} is known, up to ${this.revision}`)
    const state = new Map(this.#before.map((object) => [object.metadata.name, object]))
    for (const { type, object } of this.#events) {
      if (Number(object.metadata.resourceVersion) > revision) break
      if (type === 'DELETED') state.delete(object.metadata.name)
      else state.set(object.metadata.name, object)
    }
    return [...state.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  }

  async #follow(answer: Response): Promise<void> {
    try {
      for await (const line of readLines(answer.body as unknown as AsyncIterable<Uint8Array>)) {
        const event = JSON.parse(line) as Event
        this.#events.push(event)
        this.revision = Number(event.object.metadata.resourceVersion)
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
    }
  }
}

/** Checks that nothing of before counts any more: revisions go on, old watches and old pages are over. */
export async function checkMovedOn(url: string, old: ConfigMapList, token: string): Promise<void> {
  const before = old.metadata.resourceVersion
  const now = await listAll(url)
  assert.ok(Number(now.metadata.resourceVersion) > Number(before), 'the revision has grown')
  for (const revision of [before, String(Number(before) - 40)]) {
    const watch = await firstLine(`${url}${path}?watch=1&timeoutSeconds=2&resourceVersion=${revision}`)
    assert.match(watch, /"code":410/, `a watch from revision ${revision}`)
    const exact = await fetch(`${url}${path}?resourceVersionMatch=Exact&resourceVersion=${revision}&limit=5`)
    assert.equal(exact.status, 410, `a list of revision ${revision}`)
    await exact.body?.cancel()
  }
  const page = await fetch(`${url}${path}?limit=2&continue=${encodeURIComponent(token)}`)
  assert.equal(page.status, 410, 'the next page of an old list')
  await page.body?.cancel()
}

async function firstLine(url: string): Promise<string> {
  const answer = await fetch(url)
  for await (const line of readLines(answer.body as unknown as AsyncIterable<Uint8Array>)) return line
  return ''
}
