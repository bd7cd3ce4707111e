import { ask } from './ask.ts'
import type { Connection, Target } from './connection.ts'
import { openH2 } from './h2.ts'

/** So many watches share a connection, as the informers of one program do. */
const watchesPerConnection = 100
const newline = 0x0a

/** Watchers that count the events they are told, one a line. */
export class Audience {
  readonly #connections: readonly Connection[]
  readonly #told: Uint32Array
  /** How many watchers have been told at least so many events, for those that not all have. */
  readonly #tellings: number[] = []
  #complete = 0
  readonly #waiting: { event: number; resolve: () => void }[] = []

  private constructor(connections: readonly Connection[], watchers: number) {
    this.#connections = connections
    this.#told = new Uint32Array(watchers)
  }

  /** Opens the watches. @throws Error when one of them ends. */
  static async open(target: Target, watchers: number, path: string): Promise<Audience> {
    const count = Math.ceil(watchers / watchesPerConnection)
    const connections = await Promise.all(Array.from({ length: count }, () => openH2(target)))
    const audience = new Audience(connections, watchers)
    for (let i = 0; i < watchers; i++) audience.#watch(i, path)
    // An answer on each connection says that the watches before it are there.
    for (const connection of connections) await ask(connection, { method: 'GET', path: '/healthz' })
    return audience
  }

  /** How many events all watchers have been told. */
  get complete(): number {
    return this.#complete
  }

  /** Resolves when all watchers have been told so many events. */
  told(event: number): Promise<void> {
    if (event <= this.#complete) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ event, resolve }))
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  #watch(watcher: number, path: string): void {
    const connection = this.#connections[watcher % this.#connections.length] as Connection
    connection.send(connection.prepare({ method: 'GET', path }), {
      data: (piece) => {
        for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, at + 1))
          this.#tell(watcher)
      },
      done() {},
    })
  }

  #tell(watcher: number): void {
    const event = this.#told[watcher] as number
    this.#told[watcher] = event + 1
    const at = event - this.#complete
    const count = (this.#tellings[at] ?? 0) + 1
    this.#tellings[at] = count
    if (at !== 0 || count < this.#told.length) return
    while (this.#tellings[0] === this.#told.length) {
      this.#tellings.shift()
      this.#complete++
    }
    while ((this.#waiting[0]?.event ?? Infinity) <= this.#complete) this.#waiting.shift()?.resolve()
  }
}
