import { type FieldError, invalid, required, tooLong } from '#base/field-error'
import { byteLength } from '#schema/name-rules'
import { isPlainObject } from '#schema/plain'
import { driverNameErrors } from '../core/driver-name.ts'
import type { DeviceConfiguration } from '../gen/resource-v1.ts'

const bytesMax = 10 * 1024

/** Faults of what only a driver understands: an object, and not a large one, unless it is there already. */
export function* rawErrors(value: unknown, isStored: boolean, path: string): Iterable<FieldError> {
  if (value === undefined || value === null) yield required(path)
  else if (!isStored && byteLength(JSON.stringify(value)) > bytesMax) yield tooLong(path, bytesMax)
  else if (!isPlainObject(value)) yield invalid(path, '<value omitted>', 'must be a valid JSON object')
}

/** Faults of how devices are to be set up. */
export function* configurationErrors(
  { opaque }: DeviceConfiguration,
  isStored: boolean,
  path: string,
): Iterable<FieldError> {
  if (!opaque) {
    yield required(`${path}.opaque`)
    return
  }
  yield* driverNameErrors(opaque.driver, `${path}.opaque.driver`)
  yield* rawErrors(opaque.parameters, isStored, `${path}.opaque.parameters`)
}
