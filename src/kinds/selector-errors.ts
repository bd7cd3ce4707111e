import { type FieldError, fieldForbidden, invalid, required } from '#base/field-error'
import { validateLabels } from '#schema/label-rules'
import { labelValueFaults, qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from './each-fault.ts'
import type { LabelSelector, LabelSelectorRequirement } from './gen/meta-v1.ts'

function* requirementErrors(one: LabelSelectorRequirement, path: string): Iterable<FieldError> {
  const { key, operator, values = [] } = one
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      yield required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
      yield fieldForbidden(`${path}.values`, text)
    }
  } else yield invalid(`${path}.operator`, operator, 'not a valid selector operator')
  yield* eachFault(`${path}.key`, key, qualifiedNameFaults(key))
  for (const [i, value] of values.entries()) {
    yield* eachFault(`${path}.values[${i}]`, value, labelValueFaults(value))
  }
}

/** Faults of a label selector inside an object. */
export function* selectorErrors(selector: LabelSelector | undefined, path: string): Iterable<FieldError> {
  yield* validateLabels(selector?.matchLabels, `${path}.matchLabels`)
  for (const [i, one] of (selector?.matchExpressions ?? []).entries()) {
    yield* requirementErrors(one, `${path}.matchExpressions[${i}]`)
  }
}
