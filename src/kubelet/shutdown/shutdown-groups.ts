import type { Pod } from '#kinds/gen/core-v1'

/** How long pods of a priority, and of those up to the next one, have to end when the node shuts down. */
export interface ShutdownGroup {
  readonly priority: number
  readonly seconds: number
}

/** The least priority of pods that the system cannot do without. */
const criticalPriority = 2_000_000_000

/** The groups of shutdownGracePeriod and shutdownGracePeriodCriticalPods: the others first, then critical pods; none when nobody is waited for. */
export function shutdownGroups(allMs: number, criticalMs: number): ShutdownGroup[] {
  if (allMs === 0 || criticalMs > allMs) return []
  return [
    { priority: 0, seconds: Math.floor((allMs - criticalMs) / 1000) },
    { priority: criticalPriority, seconds: Math.floor(criticalMs / 1000) },
  ]
}

/** How long all groups take at most. */
export const shutdownSeconds = (groups: readonly ShutdownGroup[]): number =>
  groups.reduce((sum, { seconds }) => sum + seconds, 0)

/** One step of a shutdown: pods that end at once, and when the next step begins whether or not they have. */
export interface ShutdownStep {
  readonly seconds: number
  readonly pods: readonly { readonly pod: Pod; readonly graceSeconds: number }[]
}

/** Who ends when: the lowest priority first. A pod below all groups is of the lowest; nobody waits for a group without pods. */
export function shutdownSteps(groups: readonly ShutdownGroup[], pods: readonly Pod[]): ShutdownStep[] {
  const sorted = groups.toSorted((a, b) => a.priority - b.priority)
  const ofPod = ({ spec }: Pod) =>
    sorted.findLast(({ priority }) => priority <= (spec?.priority ?? 0)) ?? sorted[0]
  return sorted.flatMap((group) => {
    const members = pods.filter((pod) => ofPod(pod) === group)
    const own = ({ spec }: Pod) => spec?.terminationGracePeriodSeconds ?? group.seconds
    const ending = members.map((pod) => ({ pod, graceSeconds: Math.min(own(pod), group.seconds) }))
    return members.length === 0 ? [] : [{ seconds: group.seconds, pods: ending }]
  })
}
