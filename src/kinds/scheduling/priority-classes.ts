import type { Others } from '../define.ts'
import type { PriorityClass } from '../gen/scheduling-v1.ts'

const group = 'scheduling.k8s.io'
const plural = 'priorityclasses'

/** The priority class of a name. */
export const priorityClassNamed = (others: Others, name: string): PriorityClass | undefined =>
  others.find(group, plural, name) as PriorityClass | undefined

/** The class of pods that name none: of several the one that counts least. */
export function defaultPriorityClass(others: Others): PriorityClass | undefined {
  const classes = others.all(group, plural) as readonly PriorityClass[]
  return classes
    .filter(({ globalDefault }) => globalDefault)
    .reduce<PriorityClass | undefined>(
      (least, one) => (least && (least.value ?? 0) <= (one.value ?? 0) ? least : one),
      undefined,
    )
}
