// A watch that is cut off with its server and resumes where it was.
import assert from 'node:assert/strict'
import { type IncomingMessage, get } from 'node:http'
import { until } from '#testkit/host/process'
import { type ConfigMap, type ConfigMaps, versionOf, versionsOf } from './ask.ts'

interface Event {
  readonly type: string
  readonly object: ConfigMap & { readonly code?: number }
}

/** What a watch has told of the ConfigMaps of the default namespace, over any number of servers. */
export class WatchModel {
  #state = new Map<string, number>()
  #at = 0
  #tooOld = false
  #fault: unknown
  #ended: Promise<void> = Promise.resolve()
  events = 0
  relists = 0

  /**
   * Resumes at a server that has started again, where `list` is what is stored and nobody writes: the watch tells all
   * that led there, or is refused with 410 and begins again. @throws AssertionError of a gap.
   */
  async resume(url: string, list: ConfigMaps): Promise<void> {
    await this.#ended
    assert.ifError(this.#fault)
    if (this.#at === 0) await this.#relist(url, list)
    else await this.#watch(url)
    const wanted = versionsOf(list)
    const told = () => this.#tooOld || equal(this.#state, wanted)
    await until('the watch to tell what is stored', told, 10_000).catch(() => {
      assert.deepEqual(Object.fromEntries(this.#state), Object.fromEntries(wanted), `a watch at ${this.#at}`)
    })
    if (!this.#tooOld) return
    this.relists++
    await this.#ended
    await this.#relist(url, list)
  }

  async #relist(url: string, list: ConfigMaps): Promise<void> {
    this.#tooOld = false
    this.#state = versionsOf(list)
    this.#at = Number(list.metadata.resourceVersion)
    await this.#watch(url)
  }

  async #watch(url: string): Promise<void> {
    const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${this.#at}`
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/api/v1/namespaces/default/configmaps?${query}`, { agent: false }, resolve).on(
        'error',
        reject,
      )
    })
    if (answer.statusCode === 410) this.#tooOld = true
    this.#ended = this.#readLines(answer)
  }

  /** Takes whole lines; what a dying server has sent of another is nothing. */
  async #readLines(answer: IncomingMessage): Promise<void> {
    let rest = ''
    const ended = new Promise<void>((resolve) => void answer.on('close', resolve))
    answer.on('error', () => {})
    answer.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() as string
      try {
        for (const line of lines) this.#take(line)
      } catch (error) {
        this.#fault ??= error
      }
    })
    await ended
  }

  #take(line: string): void {
    const { type, object } = JSON.parse(line) as Event
    if (type === 'ERROR') {
      assert.equal(object.code, 410, line)
      this.#tooOld = true
      return
    }
    const version = versionOf(object)
    assert.ok(version >= this.#at, `${line} after ${this.#at}`)
    if (type !== 'BOOKMARK') assert.ok(version > this.#at, `${line} again after ${this.#at}`)
    this.#at = version
    if (type === 'DELETED') this.#state.delete(object.metadata.name)
    else if (type !== 'BOOKMARK') this.#state.set(object.metadata.name, version)
    this.events++
  }
}

const equal = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([name, version]) => b.get(name) === version)
