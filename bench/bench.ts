import { realClock } from '#host/clock'
import { createAuthority } from '../src/apiserver/listen/certificates.ts'
import { ask } from './load/ask.ts'
import { closedLoop, type NextRequest } from './load/closed-loop.ts'
import type { Connection, Prepared } from './load/connection.ts'
import { openH1 } from './load/h1.ts'
import { openH2 } from './load/h2.ts'
import { podBody } from './pod.ts'
import { cpuSeconds } from './process.ts'
import type { Measured } from './row.ts'
import { startFloor, startOurs, type Subject } from './subject.ts'

/** How requests travel. */
export type Protocol = 'h1' | 'h2'

/** Where the pods are that are there from the start. */
export const defaultPods = '/api/v1/namespaces/default/pods'
const fillers = 32

/** What a load of requests is made of. */
export interface Load {
  readonly protocol: Protocol
  readonly clients: number
  readonly seconds: number
  /** Makes the requests before the clock starts. */
  prepare(connection: Connection): NextRequest
}

/** The servers of a run: started when a row first needs them, kept for the others. */
export class Bench {
  readonly #started: () => Promise<Subject>
  readonly #podCount: number
  #ours: Promise<Subject> | undefined
  #pair: Promise<{ certificate: string; key: string }> | undefined
  readonly #floors = new Map<string, Promise<Subject>>()

  /** @param podCount so many pods are there before the rows are measured. */
  constructor(started: () => Promise<Subject>, podCount: number) {
    this.#started = started
    this.#podCount = podCount
  }

  get podCount(): number {
    return this.#podCount
  }

  /** The API server, with its pods. */
  ours(): Promise<Subject> {
    this.#ours ??= this.#started().then(async (subject) => {
      await fill(subject, this.#podCount)
      return subject
    })
    return this.#ours
  }

  /** A server with other options, for rows that compare. */
  another(...options: readonly string[]): Promise<Subject> {
    return startOurs(...options)
  }

  /** What the API server answers to a GET. */
  async sample(path: string): Promise<Buffer> {
    const connection = await openH2((await this.ours()).target)
    return ask(connection, { method: 'GET', path }).finally(() => connection.close())
  }

  /** A bare server that sends these bytes, one for each row that needs it. */
  floor(name: string, bytes: () => Promise<Uint8Array>): Promise<Subject> {
    let floor = this.#floors.get(name)
    if (floor === undefined) {
      floor = this.startFloor(bytes)
      this.#floors.set(name, floor)
    }
    return floor
  }

  async startFloor(bytes: () => Promise<Uint8Array>): Promise<Subject> {
    this.#pair ??= createAuthority('bench', realClock).then((authority) =>
      authority.issue({ commonName: 'bench', names: ['127.0.0.1'], use: 'server' }),
    )
    return startFloor(await bytes(), await this.#pair)
  }

  async stop(): Promise<void> {
    for (const subject of [this.#ours, ...this.#floors.values()]) await (await subject)?.stop()
  }
}

/** Runs a load against a server, with what it costs there. */
export async function underLoad({ target, pid }: Subject, load: Load): Promise<Measured> {
  const count = load.protocol === 'h1' ? load.clients : Math.ceil(load.clients / 100)
  const open = load.protocol === 'h1' ? openH1 : openH2
  const connections = await Promise.all(Array.from({ length: count }, () => open(target)))
  const next = load.prepare(connections[0] as Connection)
  const before = pid === undefined ? 0 : cpuSeconds(pid)
  const measured = await closedLoop(connections, load.clients, load.seconds, next)
  for (const connection of connections) connection.close()
  if (pid === undefined) return measured
  const cpuMicros = ((cpuSeconds(pid) - before) * 1e6) / (measured.value * load.seconds)
  return { ...measured, cpuMicros }
}

/** The same request again and again. */
export const always =
  (method: string, path: string, body?: Uint8Array) =>
  (connection: Connection): NextRequest => {
    const headers = body && { 'content-type': 'application/json' }
    const request: Prepared = connection.prepare({
      method,
      path,
      ...(headers && { headers }),
      ...(body && { body }),
    })
    return () => request
  }

async function fill({ target }: Subject, count: number): Promise<void> {
  const connection = await openH2(target)
  let next = 0
  const worker = async () => {
    while (next < count) {
      const body = podBody({ name: `filled-${next++}` })
      await ask(connection, {
        method: 'POST',
        path: defaultPods,
        headers: { 'content-type': 'application/json' },
        body,
      })
    }
  }
  await Promise.all(Array.from({ length: fillers }, worker))
  connection.close()
}
