// Writers and readers of a server that is killed under them, and what they were promised.
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import type { Random } from '#base/random'
import { type ConfigMap, type ConfigMaps, ask, versionOf, versionsOf } from './ask.ts'

const writers = 8
const readers = 4
const namesPerWriter = 25
const pad = 'x'.repeat(1000)

/** What is known of one name. */
interface Known {
  /** The newest acknowledged version, 0 when the object is not there. */
  version: number
  /** What was sent and not answered yet. */
  sent: 'POST' | 'PUT' | 'DELETE' | undefined
  /** The newest version that a reader has seen since the object was last deleted. */
  read: number
  deletions: number
}

/** A load of single-object requests over a fixed set of ConfigMaps; each name has one writer. */
export class KillLoad {
  readonly #random: Random
  readonly #names = new Map<string, Known>()
  #newest = 0
  acknowledged = 0
  reads = 0

  constructor(random: Random) {
    this.#random = random
    for (let writer = 0; writer < writers; writer++)
      for (let i = 0; i < namesPerWriter; i++)
        this.#names.set(`w${writer}-${i}`, { version: 0, sent: undefined, read: 0, deletions: 0 })
  }

  /** Holds a list against what was promised, then takes it as the truth. @throws AssertionError. */
  check(list: ConfigMaps): void {
    const newest = Number(list.metadata.resourceVersion)
    assert.ok(newest >= this.#newest, `the resourceVersion fell from ${this.#newest} to ${newest}`)
    const found = versionsOf(list)
    for (const [name, known] of this.#names) {
      checkOne(name, known, found.get(name) ?? 0)
      Object.assign(known, { version: found.get(name) ?? 0, sent: undefined, read: 0 })
    }
    this.#newest = newest
  }

  /** Asks without end until the server is gone. */
  async run(url: string): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: writers + readers })
    const path = `${url}/api/v1/namespaces/default/configmaps`
    const all = [
      ...Array.from({ length: writers }, (_, i) => this.#write(agent, path, i)),
      ...Array.from({ length: readers }, () => this.#read(agent, path)),
    ]
    await Promise.all(all).finally(() => agent.destroy())
  }

  async #write(agent: Agent, path: string, writer: number): Promise<void> {
    for (;;) {
      const name = `w${writer}-${Math.floor(this.#random.next() * namesPerWriter)}`
      const known = this.#names.get(name) as Known
      known.sent = known.version === 0 ? 'POST' : this.#random.next() < 0.3 ? 'DELETE' : 'PUT'
      const target = known.sent === 'POST' ? path : `${path}/${name}`
      const body = known.sent === 'DELETE' ? undefined : { metadata: { name }, data: { pad } }
      const answer = await ask(agent, known.sent, target, body)
      if (!answer) return
      assert.equal(answer.code, known.sent === 'POST' ? 201 : 200, `${known.sent} ${name}: ${answer.text}`)
      this.#acknowledge(known, answer.text)
    }
  }

  #acknowledge(known: Known, text: string): void {
    this.acknowledged++
    if (known.sent === 'DELETE') Object.assign(known, { version: 0, read: 0, deletions: known.deletions + 1 })
    else known.version = versionOf(JSON.parse(text) as ConfigMap)
    this.#newest = Math.max(this.#newest, known.version)
    known.sent = undefined
  }

  async #read(agent: Agent, path: string): Promise<void> {
    const names = [...this.#names.keys()]
    for (;;) {
      const name = names[Math.floor(this.#random.next() * names.length)] as string
      const known = this.#names.get(name) as Known
      const { version, deletions } = known
      const answer = await ask(agent, 'GET', `${path}/${name}`)
      if (!answer) return
      this.reads++
      if (answer.code !== 200 || known.deletions !== deletions) continue
      const seen = versionOf(JSON.parse(answer.text) as ConfigMap)
      assert.ok(seen >= version, `${name} was read at ${seen} after ${version} was acknowledged`)
      known.read = Math.max(known.read, seen)
    }
  }
}

function checkOne(name: string, { version, sent, read }: Known, found: number): void {
  const said = `${name} was acknowledged at ${version}, read at ${read}, then ${sent ?? 'nothing'} was sent`
  if (sent === undefined) assert.equal(found, version, said)
  else if (found === 0) assert.ok(sent === 'DELETE' || (version === 0 && read === 0), `${said}; it is gone`)
  else assert.ok(found >= version && found >= read, `${said}; found at ${found}`)
}
