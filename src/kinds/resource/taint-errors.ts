import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { labelValueFaults, qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'
import type { DeviceTaint, DeviceToleration } from '../gen/resource-v1.ts'

const effects = ['NoExecute', 'NoSchedule', 'None']
const operators = ['Equal', 'Exists']

/** Faults of what keeps a device from being used. */
export function* taintErrors({ key, value = '', effect }: DeviceTaint, path: string): Iterable<FieldError> {
  yield* eachFault(`${path}.key`, key, qualifiedNameFaults(key))
  if (value !== '') yield* eachFault(`${path}.value`, value, labelValueFaults(value))
  if (effect === '') yield required(`${path}.effect`)
  else if (!effects.includes(effect)) yield notSupported(`${path}.effect`, effect, effects)
}

function* oneErrors(toleration: DeviceToleration, path: string): Iterable<FieldError> {
  const { key = '', operator = '', value = '', effect = '' } = toleration
  if (key !== '') yield* eachFault(`${path}.key`, key, qualifiedNameFaults(key))
  if (operator === '') yield required(`${path}.operator`)
  else if (!operators.includes(operator)) yield notSupported(`${path}.operator`, operator, operators)
  else if (operator === 'Equal') yield* eachFault(`${path}.value`, value, labelValueFaults(value))
  else if (value !== '') yield invalid(`${path}.value`, value, 'must be empty for operator `Exists`')
  if (effect !== '' && !effects.includes(effect)) yield notSupported(`${path}.effect`, effect, effects)
}

/** Faults of the taints that are put up with. */
export function* tolerationErrors(
  tolerations: readonly DeviceToleration[] | undefined,
  path: string,
): Iterable<FieldError> {
  for (const [i, one] of (tolerations ?? []).entries()) yield* oneErrors(one, `${path}[${i}]`)
}
