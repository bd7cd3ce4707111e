import type { Rules } from '../../define.ts'
import type { Pod } from '../../gen/core-v1.ts'
import { podChangeErrors } from './change.ts'
import { prepareNewPod, preparePodUpdate } from './prepare.ts'
import { podErrors } from './spec.ts'
import { podWarnings } from './warnings.ts'

/** Of two fields for a pod's addresses the older one counts, and both show its first address. */
function alignAddresses({ status }: Pod): void {
  if (!status) return
  const { podIP = '', podIPs = [] } = status
  if (podIP !== '' && podIPs[0]?.ip !== podIP) status.podIPs = [{ ip: podIP }]
  else if (podIP === '' && podIPs[0]) status.podIP = podIPs[0].ip
}

/** The rules of pods, one file for each. */
export const podRules: Rules<Pod> = {
  default: alignAddresses,
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
