// The connection that watchers share, opened again when the server has closed it.
import type { LoadWatcher, WatchLine } from './load-watcher.ts'
import type { Wire, WireReader } from './wire.ts'

/** How a group of watchers reaches the server. */
export interface Route {
  connect(reader: WireReader): Promise<Wire>
  /** What lies between the numbers of two streams: 2 in HTTP/2; 0 where a connection has one alone. */
  readonly streamStep: 0 | 2
  /** The request that watches what comes after a revision. */
  pathAfter(revision: number): string
}

interface Line {
  readonly wire: Promise<Wire>
  readonly streams: Map<number, LoadWatcher>
  nextStream: number
}

/** The connection of a group of watchers: each has its watch by `lineOf`. */
export class SharedLine {
  readonly #route: Route
  #line: Line | undefined

  constructor(route: Route) {
    this.#route = route
  }

  /** Is there when the connection is. @throws what connecting throws. */
  async ready(): Promise<void> {
    await this.#open().wire
  }

  lineOf(one: LoadWatcher): WatchLine {
    return {
      open: (after) => {
        const line = this.#open()
        const stream = line.nextStream
        line.nextStream += this.#route.streamStep
        line.streams.set(stream, one)
        void line.wire.then((wire) => wire.get(stream, this.#route.pathAfter(after)))
        return (bytes) => void line.wire.then((wire) => wire.grant(stream, bytes))
      },
    }
  }

  #open(): Line {
    return (this.#line ??= this.#connect())
  }

  #connect(): Line {
    const streams = new Map<number, LoadWatcher>()
    const end = (stream: number, clean: boolean) => {
      const one = streams.get(stream)
      streams.delete(stream)
      one?.ended(clean)
    }
    const wire = this.#route.connect({ data: (stream, bytes) => streams.get(stream)?.take(bytes), end })
    const line = { wire, streams, nextStream: 1 }
    void wire.then(({ socket }) =>
      socket.once('close', () => {
        if (this.#line === line) this.#line = undefined
        for (const stream of streams.keys()) end(stream, false)
      }),
    )
    return line
  }
}
