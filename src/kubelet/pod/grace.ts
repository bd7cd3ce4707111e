import type { Pod } from '#kinds/gen/core-v1'

const graceSecondsDefault = 30

/** How long a pod's processes may take to end: what its deletion says, else what its spec says; at least a second. */
export function graceMsOf({ metadata, spec }: Pod): number {
  const seconds =
    metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds !== undefined
      ? metadata.deletionGracePeriodSeconds
      : (spec?.terminationGracePeriodSeconds ?? graceSecondsDefault)
  return Math.max(1, seconds) * 1000
}
