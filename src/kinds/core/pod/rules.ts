import type { Rules } from '../../define.ts'
import type { Pod } from '../../gen/core-v1.ts'
import { podChangeErrors } from './change.ts'
import { prepareNewPod, preparePodUpdate } from './prepare.ts'
import { podErrors } from './spec.ts'
import { podWarnings } from './warnings.ts'

/** The rules of pods, one file for each. */
export const podRules: Rules<Pod> = {
  prepareCreate: prepareNewPod,
  prepareUpdate: preparePodUpdate,
  validate: podErrors,
  validateUpdate: podChangeErrors,
  warnings: podWarnings,
  /** What is not on a node, or has ended, needs no time to end. */
  graceSeconds({ spec, status }, asked) {
    const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed'
    if (isOver || (spec?.nodeName ?? '') === '') return 0
    const seconds = asked ?? spec?.terminationGracePeriodSeconds ?? 0
    return seconds < 0 ? 1 : seconds
  },
}
