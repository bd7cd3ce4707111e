import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import type { AdmissionRule, Others } from '../../define.ts'
import type { Pod, PodSpec } from '../../gen/core-v1.ts'
import type { RuntimeClass, Scheduling } from '../../gen/node-v1.ts'
import { mergeTolerations } from './merge-tolerations.ts'

const otherOverhead = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
const ownOverhead = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'

function classOf(spec: PodSpec, others: Others): RuntimeClass | undefined {
  const name = spec.runtimeClassName
  if (name === undefined) return undefined
  return others.find('node.k8s.io', 'runtimeclasses', name) as RuntimeClass | undefined
}

/** Sends a pod where its class runs. Gives why it cannot go there, if so. */
function schedule(spec: PodSpec, { nodeSelector = {}, tolerations = [] }: Scheduling): string | undefined {
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key]
    if (own === undefined || own === value) continue
    return `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`
  }
  if (Object.keys(nodeSelector).length > 0) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector }
  const merged = mergeTolerations(spec.tolerations ?? [], copy(tolerations))
  if (merged.length > 0) spec.tolerations = merged
  return undefined
}

/** What a pod needs beside its containers, and where it may run, follows from its runtime class. */
export const podRuntimeClass: AdmissionRule<Pod> = {
  plugin: 'RuntimeClass',
  complete({ spec }, others) {
    if (spec?.runtimeClassName === undefined) return undefined
    const found = classOf(spec, others)
    if (!found) return `pod rejected: RuntimeClass ${JSON.stringify(spec.runtimeClassName)} not found`
    const { overhead, scheduling } = found
    if (overhead) {
      const amounts = copy(overhead.podFixed ?? {})
      if (spec.overhead && !equal(spec.overhead, amounts)) return otherOverhead
      spec.overhead = amounts
    }
    return scheduling && schedule(spec, scheduling)
  },
  refusal({ spec }, old, others) {
    if (!spec || old) return undefined
    const { overhead } = classOf(spec, others) ?? {}
    if (!overhead) return Object.keys(spec.overhead ?? {}).length > 0 ? ownOverhead : undefined
    return equal(spec.overhead ?? {}, overhead.podFixed ?? {}) ? undefined : otherOverhead
  },
}
