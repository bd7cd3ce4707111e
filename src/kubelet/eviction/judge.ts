// Which thresholds are crossed, since when, and what follows: readings and what was seen before in, findings out.
import { amountOf, type Threshold } from '../node/thresholds.ts'
import { type Observations, type PressureName, signals } from './signals.ts'

/** A threshold that pods may be evicted for. */
export interface Limit {
  readonly signal: string
  readonly threshold: Threshold
  /** How long it must be crossed before a pod is evicted; 0 for a hard one. */
  readonly graceMs: number
  /** How much more than the threshold must be left before it counts as kept again. */
  readonly reclaim?: Threshold
}

/** What is remembered from one look to the next. Times are monotonic milliseconds: no clock that jumps moves them. */
export interface Watched {
  /** Limits that are crossed, since when. */
  readonly since: ReadonlyMap<Limit, number>
  /** When each pressure was last there. */
  readonly lastSeen: ReadonlyMap<PressureName, number>
  /** Limits whose grace was over at the last look. */
  readonly due: readonly Limit[]
}

/** Nothing was seen yet. */
export const nothingWatched: Watched = { since: new Map(), lastSeen: new Map(), due: [] }

/** What one look gives. */
export interface Verdict {
  readonly watched: Watched
  /** Pressures that the node has; each lasts for the transition period after it was last seen. */
  readonly pressures: readonly PressureName[]
  /** Limits to act on, memory first. */
  readonly due: readonly Limit[]
}

/** Limits that are crossed; with `reclaiming`, those too of which not enough was won back. */
export function crossed(
  limits: readonly Limit[],
  observations: Observations,
  reclaiming = false,
): readonly Limit[] {
  return limits.filter(({ signal, threshold, reclaim }) => {
    const seen = observations.get(signal)
    if (!seen) return false
    const more = reclaiming ? amountOf(reclaim, seen.whole) : 0
    return seen.available < amountOf(threshold, seen.whole) + more
  })
}

/** Looks once. `transitionMs` is for how long a pressure is told of after it was last there. */
export function judge(
  before: Watched,
  limits: readonly Limit[],
  observations: Observations,
  now: number,
  transitionMs: number,
): Verdict {
  const met = new Set([...crossed(limits, observations), ...crossed(before.due, observations, true)])
  const since = new Map([...met].map((limit) => [limit, before.since.get(limit) ?? now]))
  const lastSeen = new Map(before.lastSeen)
  for (const { signal } of met) {
    const pressure = signals[signal]?.pressure
    if (pressure) lastSeen.set(pressure, now)
  }
  const due = [...since]
    .filter(([{ graceMs }, at]) => now - at >= graceMs)
    .map(([limit]) => limit)
    .toSorted((a, b) => order(a) - order(b))
  const pressures = [...lastSeen]
    .filter(([, at]) => at === now || now - at < transitionMs)
    .map(([name]) => name)
  return { watched: { since, lastSeen, due }, pressures, due }
}

const order = ({ signal }: Limit) => (signals[signal]?.scarce === 'memory' ? 0 : 1)
