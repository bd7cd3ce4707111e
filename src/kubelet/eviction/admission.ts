import { computeQosClass } from '#kinds/core/pod/quality-of-service'
import type { Pod, Toleration } from '#kinds/gen/core-v1'
import type { Rejection } from '../pod/admit-pod.ts'
import type { PressureName } from './signals.ts'

const sourceAnnotation = 'kubernetes.io/config.source'
/** The least priority of pods that the system cannot do without. */
const criticalPriority = 2_000_000_000

/** True for a pod that is neither refused nor evicted: one of the node's own, or one that the system needs. */
export const isCritical = ({ metadata, spec }: Pod): boolean =>
  (metadata.annotations?.[sourceAnnotation] ?? 'api') !== 'api' || (spec?.priority ?? 0) >= criticalPriority

/** Why a node under pressure does not take a pod, in upstream's words; undefined when it does. */
export function pressureRejection(pod: Pod, pressures: readonly PressureName[]): Rejection | undefined {
  if (pressures.length === 0 || isCritical(pod)) return undefined
  const isMemoryAlone = pressures.length === 1 && pressures[0] === 'MemoryPressure'
  if (isMemoryAlone && (computeQosClass(pod) !== 'BestEffort' || toleratesMemory(pod))) return undefined
  return { reason: 'Evicted', message: `The node had condition: [${pressures.join(' ')}]. ` }
}

const toleratesMemory = ({ spec }: Pod) => (spec?.tolerations ?? []).some(tolerates)

/** True for a toleration of the taint that a node under memory pressure has. */
function tolerates({ key = '', operator = 'Equal', value = '', effect = '' }: Toleration): boolean {
  if (effect !== '' && effect !== 'NoSchedule') return false
  if (key === '') return operator === 'Exists'
  if (key !== 'node.kubernetes.io/memory-pressure') return false
  return operator === 'Exists' || (operator === 'Equal' && value === '')
}
