import type { Pod } from '#kinds/gen/core-v1'
import { requestOf } from '../pod/admit-pod.ts'
import type { Scarce } from './signals.ts'

/** What a container uses; undefined where nobody says. */
export interface ContainerUse {
  readonly name: string
  readonly memoryBytes: number | undefined
  /** Its layer and its logs. */
  readonly diskBytes: number | undefined
}

/** A pod that runs and what it uses; `use` is undefined when it was not measured. */
export interface PodUse {
  readonly pod: Pod
  readonly use:
    | {
        readonly containers: readonly ContainerUse[]
        readonly memoryBytes: number
        /** Layers, logs and volumes that are the pod's own. */
        readonly diskBytes: number
        readonly inodes: number
      }
    | undefined
}

/** The pod to be evicted first comes first: it uses more than it asked for, is of low priority, uses much. */
export function rank(scarce: Scarce, pods: readonly PodUse[]): readonly PodUse[] {
  return pods.toSorted(
    (a, b) =>
      Number(b.use === undefined) - Number(a.use === undefined) ||
      Number(exceeds(scarce, b)) - Number(exceeds(scarce, a)) ||
      priority(a.pod) - priority(b.pod) ||
      excess(scarce, b) - excess(scarce, a),
  )
}

const priority = ({ spec }: Pod) => spec?.priority ?? 0

function used(scarce: Scarce, { use }: PodUse): number {
  if (scarce === 'memory') return use?.memoryBytes ?? 0
  if (scarce === 'ephemeral-storage') return use?.diskBytes ?? 0
  return scarce === 'inodes' ? (use?.inodes ?? 0) : 0
}

/** Nobody can ask for inodes or processes. */
const asked = (scarce: Scarce, pod: Pod) =>
  scarce === 'memory' || scarce === 'ephemeral-storage' ? requestOf(pod, scarce) : 0

const excess = (scarce: Scarce, one: PodUse) => used(scarce, one) - asked(scarce, one.pod)

/** Processes are told by priority alone. */
const exceeds = (scarce: Scarce, one: PodUse) => scarce !== 'pids' && excess(scarce, one) > 0
