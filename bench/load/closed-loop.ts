import { type Measured, quantile } from '../row.ts'
import type { Connection, Prepared } from './connection.ts'

/** A client's next request. */
export type NextRequest = (client: number, turn: number) => Prepared

/**
 * Has clients ask one thing after another for so long: each sends its next request when its answer is whole. Clients are
 * spread over the connections.
 */
export function closedLoop(
  connections: readonly Connection[],
  clients: number,
  seconds: number,
  next: NextRequest,
): Promise<Measured> {
  const times: number[] = []
  let errors = 0
  let running = clients
  const began = performance.now()
  const end = began + seconds * 1000
  return new Promise((resolve) => {
    const run = (client: number, turn: number) => {
      const sent = performance.now()
      if (sent >= end) {
        if (--running === 0) resolve(summary(times, performance.now() - began, errors))
        return
      }
      const connection = connections[client % connections.length] as Connection
      connection.send(next(client, turn), {
        done(status) {
          if (status >= 200 && status < 300) times.push(performance.now() - sent)
          else errors++
          // A connection that is gone answers at once: the others must get their turn.
          if (status === 0) setImmediate(run, client, turn + 1)
          else run(client, turn + 1)
        },
      })
    }
    for (let client = 0; client < clients; client++) run(client, 0)
  })
}

function summary(times: number[], spanMs: number, errors: number): Measured {
  const sorted = times.toSorted((a, b) => a - b)
  return {
    value: (times.length * 1000) / spanMs,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    errors,
  }
}
