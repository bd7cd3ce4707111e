/** How long a container waits after its next end, and when that was set. */
export interface Backoff {
  readonly delayMs: number
  readonly setAt: number
}

/** Waits of containers that end again and again. */
export const restartDelayMs = { first: 10_000, most: 300_000 } as const

/** A wait that was not needed for this long is forgotten. */
const forgottenAfterMs = 2 * restartDelayMs.most

/** The wait to set when a container starts now. */
export function nextBackoff(last: Backoff | undefined, now: number): Backoff {
  const isFresh = last !== undefined && now - last.setAt <= forgottenAfterMs
  const delayMs = isFresh ? Math.min(2 * last.delayMs, restartDelayMs.most) : restartDelayMs.first
  return { delayMs, setAt: now }
}

/** When a container that ended may start again; a wait from long ago does not count. */
export function restartAt(backoff: Backoff | undefined, endedAt: number): number {
  if (backoff === undefined || endedAt - backoff.setAt > forgottenAfterMs) return 0
  return endedAt + backoff.delayMs
}
