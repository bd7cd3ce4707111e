import { type FieldError, invalid, required, tooLong } from '#base/field-error'
import { dnsLabelFaults, subdomainFaults } from '#schema/name-rules'

const domainMax = 253
const pathMax = 253 + 63 + 1

/** The faults of the first label that has any. */
function* labelErrors(
  part: string,
  faultsOf: (label: string) => string[],
  path: string,
): Iterable<FieldError> {
  const wrong = part.split('.').find((label) => faultsOf(label).length > 0)
  if (wrong === undefined) return
  for (const fault of faultsOf(wrong)) {
    yield invalid(path, part, `validating label ${JSON.stringify(wrong)}: ${fault}`)
  }
}

/** Everything wrong with the name of who is to sign: a domain and a path of one part. */
export function* signerNameErrors(name: string, path: string): Iterable<FieldError> {
  if (name === '') {
    yield required(path, 'signerName must be provided')
    return
  }
  const [domain = '', rest, ...more] = name.split('/')
  if (rest === undefined || more.length > 0) {
    const text = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
    yield invalid(path, name, text)
    return
  }
  if (domain.length > domainMax) yield tooLong(path, domainMax)
  yield* labelErrors(domain, dnsLabelFaults, path)
  if (!domain.includes('.')) {
    yield invalid(path, domain, 'should be a domain with at least two segments separated by dots')
  }
  yield* labelErrors(rest, subdomainFaults, path)
  if (name.length > domainMax + pathMax + 1) yield tooLong(path, domainMax + pathMax + 1)
}
