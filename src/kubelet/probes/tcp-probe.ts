import { connect } from 'node:net'
import { onCancel } from '#base/cancel'
import { type Attempt, bad, good, type Outcome } from './outcome.ts'
import { addressOf, dialWords } from './words.ts'

/** Opens a connection: somebody must accept it. */
export const tcpProbe =
  (host: string, port: number): Attempt =>
  (signal) =>
    new Promise<Outcome>((resolve) => {
      const socket = connect({ host, port })
      const done = (outcome: Outcome) => {
        release()
        // A reset rather than a farewell: sockets of probes must not wait for their time to run out.
        socket.resetAndDestroy()
        resolve(outcome)
      }
      const release = onCancel(signal, () =>
        queueMicrotask(() => done(bad(`dial tcp ${addressOf(host, port)}: i/o timeout`))),
      )
      socket.once('connect', () => done(good()))
      socket.once('error', (error) => done(bad(dialWords(error, host, port))))
    })
