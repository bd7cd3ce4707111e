import type { LabelSelector } from '../../gen/meta-v1.ts'
import type { Pod, PodAffinityTerm } from '../../gen/core-v1.ts'

function* affinityTerms({ spec }: Pod): Iterable<PodAffinityTerm> {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {}
  for (const affinity of [podAffinity, podAntiAffinity]) {
    yield* affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    for (const one of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      yield one.podAffinityTerm
    }
  }
}

function addRequirements(
  selector: LabelSelector,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: Readonly<Record<string, string>>,
): void {
  for (const key of keys ?? []) {
    const value = labels[key]
    if (value === undefined) continue
    selector.matchExpressions = [...(selector.matchExpressions ?? []), { key, operator, values: [value] }]
  }
}

/** Turns the label keys that a new pod wants its neighbours to share, or not, into selectors with its own values. */
export function mergeLabelKeys(pod: Pod): void {
  const labels = pod.metadata.labels ?? {}
  for (const { labelSelector, matchLabelKeys, mismatchLabelKeys } of affinityTerms(pod)) {
    if (labelSelector === undefined) continue
    addRequirements(labelSelector, matchLabelKeys, 'In', labels)
    addRequirements(labelSelector, mismatchLabelKeys, 'NotIn', labels)
  }
  for (const { labelSelector, matchLabelKeys } of pod.spec?.topologySpreadConstraints ?? []) {
    if (labelSelector !== undefined) addRequirements(labelSelector, matchLabelKeys, 'In', labels)
  }
}
