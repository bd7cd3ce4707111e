import { canonicalIpFaults } from './ip.ts'

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
  }
  return bytes
}

/** A pattern that names must match, with upstream's words for those that do not. */
interface NamePattern {
  readonly source: string
  readonly says: string
  readonly examples: readonly string[]
  readonly bytesMax: number
  /** Upstream says bytes in some of its sentences and characters in others; it counts bytes in all. */
  readonly unit: 'bytes' | 'characters'
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const alphanumericEnds = 'and must start and end with an alphanumeric character'

const patterns = {
  dnsSubdomain: {
    source: `${label}(\\.${label})*`,
    says: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${alphanumericEnds}`,
    examples: ['example.com'],
    bytesMax: 253,
    unit: 'characters',
  },
  dnsLabel: {
    source: label,
    says: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${alphanumericEnds}`,
    examples: ['my-name', '123-abc'],
    bytesMax: 63,
    unit: 'characters',
  },
  dns1035Label: {
    source: '[a-z]([-a-z0-9]*[a-z0-9])?',
    says: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    examples: ['my-name', 'abc-123'],
    bytesMax: 63,
    unit: 'characters',
  },
  labelValue: {
    source: '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
    says: `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${alphanumericEnds}`,
    examples: ['MyValue', 'my_value', '12345'],
    bytesMax: 63,
    unit: 'bytes',
  },
  qualifiedName: {
    source: '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
    says: `must consist of alphanumeric characters, '-', '_' or '.', ${alphanumericEnds}`,
    examples: ['MyName', 'my.name', '123-abc'],
    bytesMax: 63,
    unit: 'bytes',
  },
  configMapKey: {
    source: '[-._a-zA-Z0-9]+',
    says: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    examples: ['key.name', 'KEY_NAME', 'key-name'],
    bytesMax: 253,
    unit: 'characters',
  },
  envVarName: {
    source: '[-._a-zA-Z][-._a-zA-Z0-9]*',
    says: "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
    examples: ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
    bytesMax: Infinity,
    unit: 'characters',
  },
} as const satisfies Record<string, NamePattern>

const regexes: ReadonlyMap<string, RegExp> = new Map(
  Object.values(patterns).map((pattern) => [pattern.source, new RegExp(`^(?:${pattern.source})$`)]),
)

const subdomainRegex = regexes.get(patterns.dnsSubdomain.source) as RegExp

/** Upstream's sentence for a text that breaks a pattern. */
export function patternText(says: string, source: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ')
  return `${says} (${shown === '' ? '' : `e.g. ${shown}`}regex used for validation is '${source}')`
}

/** Upstream's sentence for a text that is too long. */
export const maxLengthText = (max: number, unit: 'bytes' | 'characters'): string =>
  `must be no more than ${max} ${unit}`

function faultsOf({ source, says, examples, bytesMax, unit }: NamePattern, text: string): string[] {
  const faults: string[] = []
  if (byteLength(text) > bytesMax) faults.push(maxLengthText(bytesMax, unit))
  if (!(regexes.get(source) as RegExp).test(text)) faults.push(patternText(says, source, examples))
  return faults
}

/** What is wrong with a DNS subdomain; empty when nothing is. */
export const subdomainFaults = (text: string): string[] => faultsOf(patterns.dnsSubdomain, text)
/** What is wrong with an RFC 1123 label. */
export function dnsLabelFaults(text: string): string[] {
  const isDotted = text.includes('.') && subdomainRegex.test(text)
  if (!isDotted) return faultsOf(patterns.dnsLabel, text)
  const { bytesMax, unit } = patterns.dnsLabel
  return [...(byteLength(text) > bytesMax ? [maxLengthText(bytesMax, unit)] : []), 'must not contain dots']
}
/** What is wrong with an RFC 1035 label. */
export const dns1035LabelFaults = (text: string): string[] => faultsOf(patterns.dns1035Label, text)
/** What is wrong with the value of a label. */
export const labelValueFaults = (text: string): string[] => faultsOf(patterns.labelValue, text)
/** What is wrong with the name of an environment variable (the strict form). */
export function envVarNameFaults(text: string): string[] {
  const faults = faultsOf(patterns.envVarName, text)
  return [...faults, ...dotFaults(text)]
}
/** What is wrong with a key of a ConfigMap or Secret. */
export const configMapKeyFaults = (text: string): string[] => [
  ...faultsOf(patterns.configMapKey, text),
  ...dotFaults(text),
]

function dotFaults(text: string): string[] {
  if (text === '.') return ["must not be '.'"]
  if (text === '..') return ["must not be '..'"]
  return text.startsWith('..') ? ["must not start with '..'"] : []
}

/** What is wrong with a name that may have a DNS subdomain before a slash: the key of a label. */
export function qualifiedNameFaults(text: string): string[] {
  const parts = text.split('/')
  const { source, says, examples } = patterns.qualifiedName
  if (parts.length > 2) {
    return [
      `a valid label key ${patternText(says, source, examples)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const name = parts.at(-1) as string
  const faults = parts.length === 1 ? [] : prefixFaults(parts[0] as string)
  if (name === '') faults.push('name part must be non-empty')
  return [...faults, ...faultsOf(patterns.qualifiedName, name).map((fault) => `name part ${fault}`)]
}

const prefixFaults = (prefix: string) =>
  prefix === ''
    ? ['prefix part must be non-empty']
    : faultsOf({ ...patterns.dnsSubdomain, unit: 'bytes' }, prefix).map((fault) => `prefix part ${fault}`)

/** What is wrong with a name that stands between slashes of a path, or with its beginning. */
export function pathSegmentFaults(text: string, isPrefix = false): string[] {
  if (!isPrefix && (text === '.' || text === '..')) return [`may not be '${text}'`]
  return ['/', '%'].filter((char) => text.includes(char)).map((char) => `may not contain '${char}'`)
}

/** The rules that names of objects follow. */
export type NameRuleName = 'dnsSubdomain' | 'dnsLabel' | 'dns1035Label' | 'pathSegment' | 'ip' | 'none'

/**
 * What is wrong with an object's name by a rule. The prefix that a name is generated from may end in a dash,
 * as more follows.
 */
export function nameFaults(rule: NameRuleName, name: string, isPrefix = false): string[] {
  const text = isPrefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name
  switch (rule) {
    case 'dnsSubdomain':
      return subdomainFaults(text)
    case 'dnsLabel':
      return dnsLabelFaults(text)
    case 'dns1035Label':
      return dns1035LabelFaults(text)
    case 'pathSegment':
      return pathSegmentFaults(name, isPrefix)
    case 'ip':
      return canonicalIpFaults(name)
    case 'none':
      return []
  }
}
