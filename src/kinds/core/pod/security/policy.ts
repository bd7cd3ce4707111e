import { type FieldError, invalid } from '#base/field-error'

/** How much the Pod Security Standards ask, from nothing to most. */
export const levels = ['privileged', 'baseline', 'restricted'] as const

export type Level = (typeof levels)[number]

/** A level, and the minor version of Kubernetes by whose standards it is judged. */
export interface Standard {
  readonly level: Level
  readonly version: number | 'latest'
}

/** By what pods are refused, what is noted in the audit log, and what is warned of. */
export interface SecurityPolicy {
  readonly enforce: Standard
  readonly audit: Standard
  readonly warn: Standard
}

export type Mode = keyof SecurityPolicy

const latest = 'latest'

/** The policy that asks nothing. */
export const anythingGoes: SecurityPolicy = {
  enforce: { level: 'privileged', version: latest },
  audit: { level: 'privileged', version: latest },
  warn: { level: 'privileged', version: latest },
}

/** `baseline:v1.36` */
export const standardWords = ({ level, version }: Standard): string =>
  `${level}:${version === latest ? version : `v1.${version}`}`

export const isSameStandard = (a: Standard, b: Standard): boolean =>
  a.level === b.level && a.version === b.version

/** How strict one level is beside another: negative when it asks less. */
export const compareLevels = (a: Level, b: Level): number => levels.indexOf(a) - levels.indexOf(b)

/** The level of a text; undefined for a wrong one. */
export const readLevel = (text: string): Level | undefined => levels.find((level) => level === text)

/** The version of a text; undefined for a wrong one. */
export function readVersion(text: string): Standard['version'] | undefined {
  if (text === latest) return latest
  const minor = /^v1\.(0|[1-9]\d{0,8})$/.exec(text)?.[1]
  return minor === undefined ? undefined : Number(minor)
}

/** What wrong text is answered with. */
export const levelFault = `must be one of ${levels.join(', ')}`
export const versionFault = 'must be "latest" or "v1.x"'

/** The key of a mode's label. */
const labelOf = (mode: Mode, part: '' | '-version' = '') => `pod-security.kubernetes.io/${mode}${part}`

/** What a level that cannot be read is taken for: only what is refused is refused in doubt. */
const inDoubt: Readonly<Record<Mode, Level>> = {
  enforce: 'restricted',
  audit: 'privileged',
  warn: 'privileged',
}

type Labels = Readonly<Record<string, string>>

function standardOf(labels: Labels, mode: Mode, otherwise: Standard, errors: FieldError[]): Standard {
  const read = <T>(
    key: string,
    parse: (text: string) => T | undefined,
    doubt: T,
    body: string,
    none: T,
  ): T => {
    const text = labels[key]
    if (text === undefined) return none
    const value = parse(text)
    if (value === undefined) errors.push(invalid(`metadata.labels[${key}]`, text, body))
    return value ?? doubt
  }
  return {
    level: read(labelOf(mode), readLevel, inDoubt[mode], levelFault, otherwise.level),
    version: read<Standard['version']>(
      labelOf(mode, '-version'),
      readVersion,
      latest,
      versionFault,
      otherwise.version,
    ),
  }
}

/** The policy that a namespace's labels ask for, and what is wrong with them. */
export function policyOf(
  labels: Labels | undefined,
  otherwise: SecurityPolicy,
): { readonly policy: SecurityPolicy; readonly errors: readonly FieldError[] } {
  if (labels === undefined) return { policy: otherwise, errors: [] }
  const errors: FieldError[] = []
  const enforce = standardOf(labels, 'enforce', otherwise.enforce, errors)
  const audit = standardOf(labels, 'audit', otherwise.audit, errors)
  const warn = standardOf(labels, 'warn', otherwise.warn, errors)
  const policy = { enforce, audit, warn: atLeastEnforced(labels, enforce, warn) }
  return { policy, errors }
}

/** What is refused by a label is warned of too, unless another label says what is. */
function atLeastEnforced(labels: Labels, enforce: Standard, warn: Standard): Standard {
  const asked = readLevel(labels[labelOf('enforce')] ?? '')
  if (asked === undefined || labels[labelOf('warn')] !== undefined) return warn
  if (compareLevels(asked, warn.level) <= 0) return warn
  const hasVersion = labels[labelOf('warn', '-version')] !== undefined
  return { level: asked, version: hasVersion ? warn.version : enforce.version }
}
