import { timeOf } from '#base/time'
import type { PodCondition } from '#kinds/gen/core-v1'

/** One word on a resize, of the pod of that generation; without reason when nothing is wrong. */
export interface ResizeWord {
  readonly reason?: string
  readonly message?: string
  readonly generation: number
}

/** How a pod's resize stands. */
export interface ResizeState {
  /** What is asked for is not given yet. */
  readonly pending?: ResizeWord
  /** What is given is not in force yet. */
  readonly progress?: ResizeWord
}

const types = { pending: 'PodResizePending', progress: 'PodResizeInProgress' } as const

/** True for a condition that tells of a resize. */
export const isResizeCondition = ({ type }: PodCondition): boolean =>
  type === types.pending || type === types.progress

/** What conditions say of a resize; none when there is none. */
export function resizeConditions(
  state: ResizeState | undefined,
  previous: readonly PodCondition[],
  now: number,
): PodCondition[] {
  const condition = (type: string, word: ResizeWord | undefined): PodCondition[] => {
    if (word === undefined) return []
    const { generation, ...words } = word
    const last = previous.find((one) => one.type === type)
    const same =
      last?.reason === words.reason &&
      last?.message === words.message &&
      last?.observedGeneration === generation
    return [
      {
        type,
        ...(generation > 0 && { observedGeneration: generation }),
        status: 'True',
        lastProbeTime: same ? (last?.lastProbeTime ?? timeOf(now)) : timeOf(now),
        lastTransitionTime: last?.lastTransitionTime ?? timeOf(now),
        ...words,
      },
    ]
  }
  return [...condition(types.pending, state?.pending), ...condition(types.progress, state?.progress)]
}
