import { patternText } from './name-rules.ts'

/** Upstream's sentence for a number outside its range. */
export const rangeText = (min: number, max: number): string => `must be between ${min} and ${max}, inclusive`

const underscoreLabel = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const underscoreSubdomain = `${underscoreLabel}(\\.${underscoreLabel})*`
const underscoreSubdomainRegex = new RegExp(`^${underscoreSubdomain}$`)

/** What is wrong with a DNS subdomain whose labels may hold underscores. */
export function underscoreSubdomainFaults(text: string): string[] {
  const faults = text.length > 253 ? ['must be no more than 253 characters'] : []
  if (underscoreSubdomainRegex.test(text)) return faults
  const says =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character"
  return [...faults, patternText(says, underscoreSubdomain, ['example.com'])]
}

/** What is wrong with the name of a port. */
export function portNameFaults(text: string): string[] {
  const faults: string[] = []
  if (text.length > 15) faults.push('must be no more than 15 characters')
  if (!/^[-a-z0-9]+$/.test(text)) {
    faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  }
  if (!/[a-z]/.test(text)) faults.push('must contain at least one letter (a-z)')
  if (text.includes('--')) faults.push('must not contain consecutive hyphens')
  if (/^-|-$/.test(text)) faults.push('must not begin or end with a hyphen')
  return faults
}

/** What is wrong with the number of a port. */
export const portNumberFaults = (port: number): string[] =>
  port >= 1 && port <= 65_535 ? [] : [rangeText(1, 65_535)]

/** What is wrong with a port that is told by number or by name. */
export const portFaults = (port: number | string): string[] =>
  typeof port === 'number' ? portNumberFaults(port) : portNameFaults(port)

/** What is wrong with the name of an environment variable in a container: anything printable but `=` will do. */
export function relaxedEnvNameFaults(text: string): string[] {
  if (text === '') return ['environment variable name must be non-empty']
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(text)) return []
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

/** What is wrong with the name of an HTTP header. */
export function headerNameFaults(text: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(text)) return []
  const says = "a valid HTTP header must consist of alphanumeric characters or '-'"
  return [patternText(says, '[-A-Za-z0-9]+', ['X-Header-Name'])]
}

/** What is wrong with the id of a user or group. */
export const idFaults = (id: number): string[] =>
  id >= 0 && id <= 2_147_483_647 ? [] : [rangeText(0, 2_147_483_647)]
