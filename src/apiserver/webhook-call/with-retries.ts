import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Random } from '#base/random'

/** What another server answered, or that it did not. */
export interface Posted {
  /** undefined when there was no answer. */
  readonly status: number | undefined
  readonly text: string
  readonly retryAfter?: string | undefined
  /** Why there was no answer, and whether it may come the next time. */
  readonly fault?: { readonly message: string; readonly isPassing: boolean }
}

const firstWaitMs = 500
const factor = 1.5
const jitter = 0.2
const attempts = 5

/** Sends again what may go through the next time, waiting longer each time, as upstream does. */
export async function withRetries(
  send: () => Promise<Posted>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  signal: Cancel,
): Promise<Posted> {
  let waitMs = firstWaitMs
  for (let attempt = 1; ; attempt++) {
    const posted = await send()
    if (attempt === attempts || !isPassing(posted)) return posted
    await sleep(clock, waitMs * (1 + jitter * random.next()), signal)
    waitMs *= factor
  }
}

const isPassing = ({ status, retryAfter, fault }: Posted): boolean =>
  status === undefined
    ? fault?.isPassing === true
    : status === 500 || status === 504 || status === 429 || (status >= 400 && retryAfter !== undefined)
