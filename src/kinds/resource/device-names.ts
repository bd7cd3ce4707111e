import { type FieldError, invalid, required, tooLong } from '#base/field-error'
import { byteLength, dnsLabelFaults, patternText, subdomainFaults } from '#schema/name-rules'
import { driverNameErrors } from '../core/driver-name.ts'
import { eachFault } from '../each-fault.ts'

const poolBytesMax = 253
const idBytesMax = 32
const identifierSource = '[A-Za-z_][A-Za-z0-9_]*'
const identifierForm = new RegExp(`^${identifierSource}$`)
const wrongIdentifier = patternText(
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  identifierSource,
  ['my_name', 'MY_NAME', 'MyName'],
)

/** Faults of the name of a device, a request or a counter. */
export const labelErrors = (name: string, path: string): Iterable<FieldError> =>
  eachFault(path, name, dnsLabelFaults(name))

/** Faults of the name of a pool: DNS subdomains between slashes. */
export function* poolNameErrors(name: string, path: string): Iterable<FieldError> {
  if (name === '') {
    yield required(path)
    return
  }
  if (byteLength(name) > poolBytesMax) yield tooLong(path, poolBytesMax)
  for (const part of name.split('/')) yield* eachFault(path, part, subdomainFaults(part))
}

function* identifierErrors(id: string, path: string): Iterable<FieldError> {
  if (byteLength(id) > idBytesMax) yield tooLong(path, idBytesMax)
  if (!identifierForm.test(id)) yield invalid(path, id, wrongIdentifier)
}

/** Faults of the name of an attribute or a capacity, which may have its driver's domain before a slash. */
export function* attributeNameErrors(name: string, path: string): Iterable<FieldError> {
  const [domain = '', id, more] = name.split('/')
  if (id === undefined) yield* identifierErrors(domain, path)
  else if (more !== undefined) yield invalid(path, name, 'must not contain more than one slash')
  else {
    if (domain === '') yield invalid(path, '', 'the domain must not be empty')
    else yield* driverNameErrors(domain, path)
    if (id === '') yield invalid(path, '', 'the name must not be empty')
    else yield* identifierErrors(id, path)
  }
}

/** Faults of the name of an attribute that must have a domain. */
export function* fullAttributeNameErrors(name: string, path: string): Iterable<FieldError> {
  yield* attributeNameErrors(name, path)
  if (name.includes('/')) return
  yield invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')
}
