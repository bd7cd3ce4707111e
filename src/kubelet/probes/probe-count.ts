import type { Probe } from '#kinds/gen/core-v1'

/** Which of a container's probes. */
export type ProbeKind = 'startup' | 'liveness' | 'readiness'

/** What a probe has found so far. */
export interface ProbeCount {
  /** What holds: it changes only after as many equal findings as the probe asks for. */
  readonly holds: boolean
  /** What was found last, and how often in a row. */
  readonly last?: boolean
  readonly run: number
}

/** Before the first finding a container lives, but is neither started nor ready. */
export const uncounted = (kind: ProbeKind): ProbeCount => ({ holds: kind === 'liveness', run: 0 })

/** The count after one more finding. */
export function counted(
  count: ProbeCount,
  isGood: boolean,
  { successThreshold = 1, failureThreshold = 3 }: Probe,
): ProbeCount {
  const run = isGood === count.last ? count.run + 1 : 1
  const isEnough = run >= (isGood ? successThreshold : failureThreshold)
  return { holds: isEnough ? isGood : count.holds, last: isGood, run }
}

/** True when a container that must be alive or started turned out not to be: it is not asked again. */
export const hasFailed = (kind: ProbeKind, { holds, last, run }: ProbeCount, probe: Probe): boolean =>
  kind !== 'readiness' && !holds && last === false && run >= (probe.failureThreshold ?? 3)
