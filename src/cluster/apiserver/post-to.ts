import type { Posted } from '#apiserver'
import type { Clock } from '#base/clock'
import { showDuration } from '#base/flags'
import { type Transport, isTransportError } from '#client'

/** Faults after which the same question may be answered. */
const passing: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE'])

/** Sends questions to where a kubeconfig leads, and gives up on an answer after a while. */
export function postTo(
  transport: Transport,
  timeoutMs: number,
  clock: Clock,
): (body: string) => Promise<Posted> {
  return async (body) => {
    const giveUp = new AbortController()
    const stopTimer = clock.after(timeoutMs, () => giveUp.abort(new Error('context deadline exceeded')))
    try {
      const answer = await transport.request(
        {
          method: 'POST',
          path: `?timeout=${showDuration(timeoutMs)}`,
          headers: {
            'content-type': 'application/json',
            accept: 'application/json',
            'user-agent': 'kube-apiserver',
          },
          body: Buffer.from(body),
        },
        giveUp.signal,
      )
      const pieces: Uint8Array[] = []
      for await (const piece of answer.body) pieces.push(piece)
      const text = Buffer.concat(pieces).toString()
      return { status: answer.status, text, retryAfter: answer.headers['retry-after'] }
    } catch (error) {
      const isPassing = isTransportError(error) && passing.has(error.code)
      return { status: undefined, text: '', fault: { message: (error as Error).message, isPassing } }
    } finally {
      stopTimer()
    }
  }
}
