import { equal } from '#schema/equal'
import type { Toleration } from '../../gen/core-v1.ts'

/** Whether all that one toleration bears is borne by another. */
function isCovered(one: Toleration, by: Toleration): boolean {
  if (equal(one, by)) return true
  const bearsAllKeys = (by.key ?? '') === '' && by.operator === 'Exists'
  if ((one.key ?? '') !== (by.key ?? '') && !bearsAllKeys) return false
  if ((by.effect ?? '') !== '' && one.effect !== by.effect) return false
  if (by.effect === 'NoExecute' && by.tolerationSeconds !== undefined) {
    if ((one.tolerationSeconds ?? Infinity) > by.tolerationSeconds) return false
  }
  if (by.operator === 'Exists') return true
  const isPlain = (by.operator ?? '') === '' || by.operator === 'Equal'
  return isPlain && one.operator === 'Equal' && (one.value ?? '') === (by.value ?? '')
}

/** Puts two lists of tolerations together, without those that others cover; of equal ones the first stays. */
export function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...second]
  const merged: Toleration[] = []
  for (const [i, one] of all.entries()) {
    const isKnown = merged.some((other) => isCovered(one, other))
    const comesBetter = all.slice(i + 1).some((other) => !equal(one, other) && isCovered(one, other))
    if (!isKnown && !comesBetter) merged.push(one)
  }
  return merged
}
