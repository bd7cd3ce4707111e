import { type Cancel, onCancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { type Transport, TransportError } from '#client'

/** A transport whose requests end after `ms`; 0 for no limit. */
export function withTimeout(transport: Transport, ms: number, clock: Clock): Transport {
  if (ms === 0) return transport
  return {
    async request(request, signal) {
      const [limited, release] = limit(signal, ms, clock)
      try {
        const answer = await transport.request(request, limited)
        return { ...answer, body: released(answer.body, release) }
      } catch (error) {
        release()
        throw error
      }
    },
    upgrade: (request, signal) => transport.upgrade(request, signal),
    close: () => transport.close(),
  }
}

function limit(signal: Cancel, ms: number, clock: Clock): [AbortSignal, () => void] {
  const stop = new AbortController()
  const forget = onCancel(signal, () => stop.abort(signal.reason))
  const cancelTimer = clock.after(ms, () => {
    const words = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)'
    stop.abort(new TransportError('ETIMEDOUT', '', words))
  })
  const release = () => {
    forget()
    cancelTimer()
  }
  return [stop.signal, release]
}

async function* released(body: AsyncIterable<Uint8Array>, release: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } finally {
    release()
  }
}
