import { Agent, request } from 'node:https'
import { mark } from './event-scan.ts'
import { Histogram } from './histogram.ts'

/** A write that the server has confirmed. */
export interface Acknowledged {
  readonly revision: number
}

const objects = 100

/** Changes a few ConfigMaps again and again; each change carries its time. */
export class Writers {
  readonly took = new Histogram()
  readonly faults: string[] = []
  readonly #port: number
  readonly #path: string
  readonly #pad: string
  readonly #writers: number
  readonly #agent: Agent
  #sequence = 0

  constructor(port: number, path: string, bytes: number, writers: number) {
    this.#port = port
    this.#writers = writers
    this.#agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: writers })
    this.#path = path
    this.#pad = 'x'.repeat(bytes)
  }

  /** Makes the objects; gives the revision after them. */
  async begin(): Promise<number> {
    let revision = 0
    for (let i = 0; i < objects; i++) {
      const body = { metadata: { name: `load-${i}` }, data: { pad: this.#pad } }
      revision = await this.#send('POST', this.#path, body)
    }
    return revision
  }

  /** Writes at a rate, or as fast as it goes, for a time. */
  async write(perSecond: number, seconds: number): Promise<Acknowledged[]> {
    const all: Acknowledged[] = []
    const end = performance.now() + seconds * 1000
    const one = async () => {
      const revision = await this.#change()
      if (revision > 0) all.push({ revision })
    }
    if (perSecond === 0) {
      const writer = async () => {
        while (performance.now() < end) await one()
      }
      await Promise.all(Array.from({ length: this.#writers }, writer))
      return all
    }
    const open = new Set<Promise<void>>()
    for (let due = performance.now(); due < end; due += 1000 / perSecond) {
      const wait = due - performance.now()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      const write = one().finally(() => open.delete(write))
      open.add(write)
    }
    await Promise.all(open)
    return all
  }

  async #change(): Promise<number> {
    const sequence = this.#sequence++
    const began = performance.now()
    const data = { mark: mark(sequence, (performance.timeOrigin + began) * 1000) }
    const revision = await this.#send('PATCH', `${this.#path}/load-${sequence % objects}`, { data })
    this.took.add(performance.now() - began)
    return revision
  }

  #send(method: string, path: string, body: unknown): Promise<number> {
    const text = JSON.stringify(body)
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text) }
    return new Promise((resolve) => {
      const options = { port: this.#port, host: '127.0.0.1', method, path, headers, agent: this.#agent }
      const failed = (why: string) => {
        if (this.faults.length < 5) this.faults.push(`${method} ${path}: ${why}`)
        resolve(0)
      }
      const outgoing = request(options, (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => pieces.push(piece))
        answer.on('end', () => {
          const said = Buffer.concat(pieces).toString()
          const revision = /"resourceVersion":"(\d+)"/.exec(said)?.[1]
          if ((answer.statusCode ?? 500) < 300 && revision !== undefined) resolve(Number(revision))
          else failed(`${answer.statusCode} ${said.slice(0, 300)}`)
        })
      })
      outgoing.on('error', (error) => failed(error.message)).end(text)
    })
  }
}
