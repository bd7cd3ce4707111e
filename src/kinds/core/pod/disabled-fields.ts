import type { Container, Pod, PodSpec } from '../../gen/core-v1.ts'

/** A field of a feature that is off: how to see whether a specification uses it, and how to take it out. */
interface DisabledField {
  readonly isUsed: (spec: PodSpec) => boolean
  readonly drop: (spec: PodSpec) => void
}

const containersOf = (spec: PodSpec): readonly Container[] => [
  ...(spec.containers ?? []),
  ...(spec.initContainers ?? []),
  ...(spec.ephemeralContainers ?? []),
]
const sourcesOf = ({ volumes = [] }: PodSpec) => volumes.flatMap(({ projected }) => projected?.sources ?? [])

const disabledFields: readonly DisabledField[] = [
  {
    isUsed: (spec) => spec.schedulingGroup !== undefined,
    drop: (spec) => delete spec.schedulingGroup,
  },
  {
    isUsed: (spec) => containersOf(spec).some(({ lifecycle }) => lifecycle?.stopSignal !== undefined),
    drop(spec) {
      for (const container of containersOf(spec)) {
        delete container.lifecycle?.stopSignal
        if (container.lifecycle && Object.keys(container.lifecycle).length === 0) delete container.lifecycle
      }
    },
  },
  {
    isUsed: (spec) => sourcesOf(spec).some(({ clusterTrustBundle }) => clusterTrustBundle !== undefined),
    drop(spec) {
      for (const source of sourcesOf(spec)) delete source.clusterTrustBundle
    },
  },
]

/** Takes out of a pod what belongs to features that are off, unless the stored pod has it already. */
export function dropDisabledFields({ spec }: Pod, old?: Pod): void {
  if (!spec) return
  for (const { isUsed, drop } of disabledFields) {
    if (isUsed(spec) && !(old?.spec && isUsed(old.spec))) drop(spec)
  }
}
