// What is wrong with names of all sorts, in upstream's words. An empty list means that nothing is.

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const labelUnderscore = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const subdomainUnderscore = `${labelUnderscore}(\\.${labelUnderscore})*`
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'

/** A check of a name: its faults. */
export type NameCheck = (value: string) => readonly string[]

const whole = (pattern: string) => new RegExp(`^${pattern}$`)

/** The fault of a value that does not fit a pattern, with examples that do. */
export function patternFault(text: string, pattern: string, ...examples: readonly string[]): string {
  const rule = `regex used for validation is '${pattern}')`
  if (examples.length === 0) return `${text} (${rule}`
  return `${text} (e.g. ${examples.map((one) => `'${one}', `).join('or ')}${rule}`
}

/** The fault of a text that is too long. */
export const lengthFault = (max: number): string => `must be no more than ${max} characters`

/** The fault of a number outside its range. */
export const rangeFault = (min: number, max: number): string => `must be between ${min} and ${max}, inclusive`

const tooLong = (value: string, max: number) => (value.length > max ? [lengthFault(max)] : [])

const labelPattern = whole(label)
const subdomainPattern = whole(subdomain)

/** Faults of a DNS label: up to 63 lower-case letters, digits and dashes. */
export function dnsLabelFaults(value: string): readonly string[] {
  const faults = tooLong(value, 63)
  if (labelPattern.test(value)) return faults
  if (subdomainPattern.test(value)) return [...faults, 'must not contain dots']
  const text =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
  return [...faults, patternFault(text, label, 'my-name', '123-abc')]
}

/** Faults of a DNS subdomain: labels joined by dots, 253 characters at most. */
export function dnsSubdomainFaults(value: string): readonly string[] {
  const faults = tooLong(value, 253)
  if (subdomainPattern.test(value)) return faults
  const text =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
  return [...faults, patternFault(text, subdomain, 'example.com')]
}

const subdomainUnderscorePattern = whole(subdomainUnderscore)

/** Faults of a DNS subdomain whose labels may hold underscores. */
export function dnsSubdomainUnderscoreFaults(value: string): readonly string[] {
  const faults = tooLong(value, 253)
  if (subdomainUnderscorePattern.test(value)) return faults
  const text =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character"
  return [...faults, patternFault(text, subdomainUnderscore, 'example.com')]
}

const label1035Pattern = whole(label1035)

/** Faults of a DNS label that may not start with a digit. */
export function dns1035LabelFaults(value: string): readonly string[] {
  const faults = tooLong(value, 63)
  if (label1035Pattern.test(value)) return faults
  const text =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"
  return [...faults, patternFault(text, label1035, 'my-name', 'abc-123')]
}

/** Faults of a name as a segment of a path. `isPrefix` when more will follow it. */
export function pathSegmentFaults(value: string, isPrefix = false): readonly string[] {
  if (!isPrefix && (value === '.' || value === '..')) return [`may not be '${value}'`]
  return ['/', '%'].filter((sign) => value.includes(sign)).map((sign) => `may not contain '${sign}'`)
}

const qualifiedPattern = whole(qualified)
const qualifiedText =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const qualifiedFault = patternFault(qualifiedText, qualified, 'MyName', 'my.name', '123-abc')

/** Faults of a qualified name, which a label's key is: a name, perhaps with a DNS subdomain and a slash before it. */
export function qualifiedNameFaults(value: string): readonly string[] {
  const parts = value.split('/')
  if (parts.length > 2) {
    return [
      `a valid label key ${qualifiedFault} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const name = parts.at(-1) as string
  return [
    ...(parts.length === 2 ? prefixFaults(parts[0] as string) : []),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...tooLong(name, 63).map((fault) => `name part ${fault}`),
    ...(qualifiedPattern.test(name) ? [] : [`name part ${qualifiedFault}`]),
  ]
}

function prefixFaults(prefix: string): readonly string[] {
  if (prefix === '') return ['prefix part must be non-empty']
  return dnsSubdomainFaults(prefix).map((fault) => `prefix part ${fault}`)
}

const labelValue = `(${qualified})?`
const labelValuePattern = whole(labelValue)

/** Faults of a label's value. */
export function labelValueFaults(value: string): readonly string[] {
  const faults = tooLong(value, 63)
  if (labelValuePattern.test(value)) return faults
  const text =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
  return [...faults, patternFault(text, labelValue, 'MyValue', 'my_value', '12345')]
}

/** Faults of a port's name. */
export function portNameFaults(value: string): readonly string[] {
  const faults = [...tooLong(value, 15)]
  if (!/^[-a-z0-9]+$/.test(value)) {
    faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  }
  if (!/[a-z]/.test(value)) faults.push('must contain at least one letter (a-z)')
  if (value.includes('--')) faults.push('must not contain consecutive hyphens')
  if (/^-|-$/.test(value)) faults.push('must not begin or end with a hyphen')
  return faults
}

/** Faults of a port's number. */
export const portNumberFaults = (value: number): readonly string[] =>
  value >= 1 && value <= 65_535 ? [] : [rangeFault(1, 65_535)]

/** Faults of an environment variable's name. */
export function envNameFaults(value: string): readonly string[] {
  if (value === '') return ['environment variable name must be non-empty']
  return /^[\x20-\x3c\x3e-\x7e]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

const configKey = '[-._a-zA-Z0-9]+'
const configKeyPattern = whole(configKey)

/** Faults of a key of a ConfigMap or Secret. */
export function configKeyFaults(value: string): readonly string[] {
  const faults = tooLong(value, 253)
  if (!configKeyPattern.test(value)) {
    const text = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
    faults.push(patternFault(text, configKey, 'key.name', 'KEY_NAME', 'key-name'))
  }
  if (value === '.' || value === '..') faults.push(`must not be '${value}'`)
  else if (value.startsWith('..')) faults.push("must not start with '..'")
  return faults
}

const headerName = '[-A-Za-z0-9]+'
const headerNamePattern = whole(headerName)

/** Faults of an HTTP header's name. */
export const headerNameFaults = (value: string): readonly string[] =>
  headerNamePattern.test(value)
    ? []
    : [
        patternFault(
          "a valid HTTP header must consist of alphanumeric characters or '-'",
          headerName,
          'X-Header-Name',
        ),
      ]
