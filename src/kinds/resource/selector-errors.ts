import { type FieldError, required, tooLong } from '#base/field-error'
import { byteLength } from '#schema/name-rules'
import type { DeviceSelector } from '../gen/resource-v1.ts'
import { listErrors } from './sized-lists.ts'

const selectorsMax = 32
const expressionBytesMax = 10 * 1024

function* oneErrors({ cel }: DeviceSelector, path: string): Iterable<FieldError> {
  if (!cel) yield required(`${path}.cel`)
  else if (byteLength(cel.expression) > expressionBytesMax) {
    yield tooLong(`${path}.cel.expression`, expressionBytesMax)
  }
}

/** Faults of what devices are chosen by. */
export const deviceSelectorErrors = (
  selectors: readonly DeviceSelector[] | undefined,
  path: string,
): Iterable<FieldError> => listErrors(selectors ?? [], selectorsMax, path, oneErrors)
