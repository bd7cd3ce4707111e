import { type FieldError, invalid, required } from '#base/field-error'
import { dnsLabelFaults, maxLengthText, patternText, subdomainFaults } from './name-rules.ts'

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const wildcardSource = `\\*\\.${label}(\\.${label})*`
const wildcardForm = new RegExp(`^${wildcardSource}$`)
const wrongWildcard = patternText(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  wildcardSource,
  ['*.example.com'],
)

/** What is wrong with a DNS name whose first label is a star. */
export function wildcardFaults(text: string): string[] {
  const faults = text.length > 253 ? [maxLengthText(253, 'characters')] : []
  return wildcardForm.test(text) ? faults : [...faults, wrongWildcard]
}

/** What is wrong with a DNS name that may begin with a star. */
export const hostFaults = (text: string): string[] =>
  text.includes('*') ? wildcardFaults(text) : subdomainFaults(text)

/** The first fault of a DNS name that must have two labels at least. */
export function fullNameErrors(text: string, path: string): FieldError[] {
  if (text === '') return [required(path)]
  const name = text.replace(/\.$/, '')
  const faults = subdomainFaults(name)
  if (faults.length > 0) return [invalid(path, name, faults.join(','))]
  const labels = name.split('.')
  if (labels.length < 2) {
    return [invalid(path, name, 'should be a domain with at least two segments separated by dots')]
  }
  const wrong = labels.find((one) => dnsLabelFaults(one).length > 0)
  return wrong === undefined ? [] : [invalid(path, wrong, dnsLabelFaults(wrong).join(','))]
}

const httpPathSource = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const httpPathForm = new RegExp(`^${httpPathSource}$`)

/** Faults of a path below a domain: `example.com/name`. */
export function* domainPathErrors(text: string, path: string): Iterable<FieldError> {
  const slash = text.indexOf('/')
  const host = text.slice(0, Math.max(slash, 0))
  const rest = text.slice(slash + 1)
  if (host === '' || rest === '') {
    yield invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')
    return
  }
  for (const fault of subdomainFaults(host)) yield invalid(path, host, fault)
  if (!httpPathForm.test(rest)) yield invalid(path, rest, patternText('Invalid path', httpPathSource, []))
}
