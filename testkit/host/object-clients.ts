// Clients of a real API server that write and read a few objects at the same time and note what they saw, and when.
import { Agent, request } from 'node:http'
import type { Random } from '#base/random'
import type { Operation } from '../linearizable.ts'
import { absent, type ObjectOperation } from '../object-history.ts'

/** A write that was acknowledged, with the resourceVersion that it was given. */
export interface Acknowledged {
  readonly name: string
  readonly value: string
  readonly revision: number
  readonly called: number
  readonly answered: number
}

/** A list: the values by name, and its resourceVersion. */
export interface Listed {
  readonly values: ReadonlyMap<string, string>
  readonly revision: number
  readonly called: number
}

/** Everything that was seen. */
export interface Seen {
  readonly histories: Map<string, Operation<ObjectOperation>[]>
  readonly acknowledged: Acknowledged[]
  readonly lists: Listed[]
}

interface Known {
  readonly value: string
  readonly revision: string
}

interface Answer {
  readonly code: number
  readonly body: string
}

/** Objects that are used at the same time, and after how many operations each is left for a new one. */
const objectsInUse = 24
const operationsPerObject = 150

/** Clients that work until they have done so many operations. */
export class ObjectClients {
  readonly seen: Seen = { histories: new Map(), acknowledged: [], lists: [] }
  readonly #urls: readonly string[]
  readonly #prefix: string
  readonly #random: Random
  readonly #agent = new Agent({ keepAlive: true })
  readonly #known = new Map<string, Known>()
  readonly #names: string[] = []
  #made = 0
  #values = 0
  /** How many operations have been begun. */
  begun = 0
  #isOver = false

  /**
   * @param urls of the servers, which share a store; each client asks one of them.
   * @param prefix of the names of all objects: nobody else may use it.
   */
  constructor(urls: readonly string[], random: Random, prefix = 'object') {
    this.#urls = urls
    this.#prefix = prefix
    this.#random = random
    for (let i = 0; i < objectsInUse; i++) this.#names.push(this.#newName())
  }

  /** Lets the clients end what they have begun. */
  stop(): void {
    this.#isOver = true
  }

  /** Runs clients until `operations` have been begun or they are told to stop, and their last ones are answered. */
  async run(clients: number, operations = Infinity): Promise<void> {
    const client = async (number: number) => {
      const url = this.#urls[number % this.#urls.length] as string
      while (this.begun < operations && !this.#isOver)
        await this.#step(`${url}/api/v1/namespaces/default/configmaps`)
    }
    await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))
    this.#agent.destroy()
  }

  #newName(): string {
    return `${this.#prefix}-${this.#made++}`
  }

  #pick(): string {
    const at = Math.floor(this.#random.next() * objectsInUse)
    const name = this.#names[at] as string
    if ((this.seen.histories.get(name)?.length ?? 0) >= operationsPerObject) this.#names[at] = this.#newName()
    return this.#names[at] as string
  }

  async #step(path: string): Promise<void> {
    this.begun++
    const name = this.#pick()
    const known = this.#known.get(name)
    const dice = this.#random.next()
    if (dice < 0.04) return this.#list(path)
    if (dice < 0.4) return this.#get(path, name)
    if (known === undefined || dice < 0.5) return this.#create(path, name)
    return dice < 0.9 ? this.#change('update', path, name, known) : this.#change('delete', path, name, known)
  }

  async #list(path: string): Promise<void> {
    const called = performance.now()
    const answer = await this.#send('GET', path)
    if (answer === 'refused' || answer?.code !== 200) return
    const { metadata, items } = JSON.parse(answer.body) as {
      metadata: { resourceVersion: string }
      items: { metadata: { name: string }; data?: { value: string } }[]
    }
    const values = new Map(items.map((item) => [item.metadata.name, item.data?.value ?? absent]))
    this.seen.lists.push({ values, revision: Number(metadata.resourceVersion), called })
  }

  async #get(path: string, name: string): Promise<void> {
    const called = performance.now()
    const answer = await this.#send('GET', `${path}/${name}`)
    if (answer === 'refused') return
    if (answer?.code === 404) this.#note(name, called, { verb: 'get', seen: absent })
    if (answer?.code !== 200) return
    this.#note(name, called, { verb: 'get', seen: this.#learn(name, answer.body).value })
  }

  async #create(path: string, name: string): Promise<void> {
    const [called, value] = [performance.now(), this.#newValue()]
    const answer = await this.#send('POST', path, { metadata: { name }, data: { value } })
    if (answer === 'refused') return
    if (answer?.code === 201) this.#acknowledge(name, value, called, answer.body)
    const outcome = answer?.code === 201 ? 'done' : answer?.code === 409 ? 'exists' : 'unknown'
    this.#note(name, called, { verb: 'create', value, answer: outcome })
  }

  async #change(verb: 'update' | 'delete', path: string, name: string, known: Known): Promise<void> {
    const called = performance.now()
    const value = verb === 'update' ? this.#newValue() : absent
    const body =
      verb === 'update'
        ? { metadata: { name, resourceVersion: known.revision }, data: { value } }
        : { preconditions: { resourceVersion: known.revision } }
    const answer = await this.#send(verb === 'update' ? 'PUT' : 'DELETE', `${path}/${name}`, body)
    if (answer === 'refused') return
    if (answer?.code === 200 && verb === 'update') this.#acknowledge(name, value, called, answer.body)
    const outcomes = { 200: 'done', 404: 'absent', 409: 'conflict' } as const
    const outcome = outcomes[(answer?.code ?? 0) as keyof typeof outcomes] ?? 'unknown'
    this.#note(name, called, { verb, expected: known.value, value, answer: outcome })
  }

  #newValue(): string {
    return `${this.#prefix}-value-${++this.#values}`
  }

  #learn(name: string, body: string): Known {
    const { metadata, data } = JSON.parse(body) as {
      metadata: { resourceVersion: string }
      data?: { value: string }
    }
    const known = { value: data?.value ?? absent, revision: metadata.resourceVersion }
    this.#known.set(name, known)
    return known
  }

  #acknowledge(name: string, value: string, called: number, body: string): void {
    const { revision } = this.#learn(name, body)
    const answered = performance.now()
    this.seen.acknowledged.push({ name, value, revision: Number(revision), called, answered })
  }

  #note(name: string, called: number, does: ObjectOperation): void {
    const isOpen = 'answer' in does && does.answer === 'unknown'
    const history = this.seen.histories.get(name)
    const operation = { does, called, answered: isOpen ? undefined : performance.now() }
    if (history) history.push(operation)
    else this.seen.histories.set(name, [operation])
  }

  /** An answer; `refused` when the server was never reached, undefined when nobody knows what became of the request. */
  #send(method: string, url: string, body?: unknown): Promise<Answer | 'refused' | undefined> {
    return new Promise((resolve) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers = text && { 'content-type': 'application/json', 'content-length': text.length }
      const outgoing = request(url, { method, agent: this.#agent, ...(headers && { headers }) }, (answer) => {
        let all = ''
        answer.setEncoding('utf8')
        answer.on('data', (piece: string) => (all += piece))
        answer.on('end', () => resolve({ code: answer.statusCode as number, body: all }))
        answer.on('error', () => resolve(undefined))
      })
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        setImmediate(resolve, error.code === 'ECONNREFUSED' ? 'refused' : undefined),
      )
      outgoing.end(text)
    })
  }
}
