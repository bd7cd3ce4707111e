import { duplicate, type FieldError, invalid, notSupported, required, tooLong } from '#base/field-error'
import { byteLength, patternText, qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from './each-fault.ts'
import type { Condition } from './gen/meta-v1.ts'

const statuses = ['False', 'True', 'Unknown']
const reasonSource = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const reasonForm = new RegExp(`^${reasonSource}$`)
const wrongReason = patternText(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  reasonSource,
  ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'],
)
const reasonBytesMax = 1024
const messageBytesMax = 32 * 1024

function* reasonErrors(reason: string, path: string): Iterable<FieldError> {
  if (reason === '') {
    yield required(path)
    return
  }
  if (!reasonForm.test(reason)) yield invalid(path, reason, wrongReason)
  if (byteLength(reason) > reasonBytesMax) yield tooLong(path, reasonBytesMax)
}

function* oneErrors(condition: Condition, path: string): Iterable<FieldError> {
  const { type, status, observedGeneration = 0, lastTransitionTime, message } = condition
  if (type === '') yield required(`${path}.type`, 'is required')
  else yield* eachFault(`${path}.type`, type, qualifiedNameFaults(type))
  if (status === '') yield required(`${path}.status`)
  else if (!statuses.includes(status)) yield notSupported(`${path}.status`, status, statuses)
  if (observedGeneration < 0) {
    const text = 'must be greater than or equal to zero'
    yield invalid(`${path}.observedGeneration`, observedGeneration, text)
  }
  if (!lastTransitionTime) yield required(`${path}.lastTransitionTime`)
  yield* reasonErrors(condition.reason, `${path}.reason`)
  if (byteLength(message) > messageBytesMax) yield tooLong(`${path}.message`, messageBytesMax)
}

/** Everything wrong with the conditions of a status: each type once, and each condition complete. */
export function* conditionErrors(conditions: readonly Condition[], path: string): Iterable<FieldError> {
  const types = conditions.map(({ type }) => type)
  for (const [i, condition] of conditions.entries()) {
    if (types.indexOf(condition.type) < i) yield duplicate(`${path}[${i}]`, condition.type)
    yield* oneErrors(condition, `${path}[${i}]`)
  }
}
