import { type FieldError, invalid, required, tooLong } from '#base/field-error'
import { byteLength, qualifiedNameFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'

const countMax = 512
const bytesMax = 256 * 1024

/** Bytes of a map's keys and values. */
export function mapBytes(map: Readonly<Record<string, string>>): number {
  return Object.entries(map).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
}

/** Faults of what a driver is told with each volume. */
export function* parameterErrors(parameters: Readonly<Record<string, string>>): Iterable<FieldError> {
  const path = 'parameters'
  if (Object.keys(parameters).length > countMax) {
    yield tooLong(path, countMax)
    return
  }
  if (Object.hasOwn(parameters, '')) yield invalid(path, '', 'field can not be empty.')
  if (mapBytes(parameters) > bytesMax) yield tooLong(path, bytesMax)
}

/** Faults of who makes the volumes. */
export function* provisionerErrors(name: string, path: string): Iterable<FieldError> {
  if (name === '') yield required(path)
  else yield* eachFault(path, name.toLowerCase(), qualifiedNameFaults(name.toLowerCase()))
}
