import { type FieldError, required, tooLong } from '#base/field-error'
import { byteLength, subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../each-fault.ts'

const bytesMax = 63

/** Faults of the name of a driver: a short DNS subdomain, in letters of any case. */
export function* driverNameErrors(name: string, path: string): Iterable<FieldError> {
  if (name === '') {
    yield required(path)
    return
  }
  if (byteLength(name) > bytesMax) yield tooLong(path, bytesMax)
  yield* eachFault(path, name, subdomainFaults(name.toLowerCase()))
}
