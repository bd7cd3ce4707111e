import { boolKind, flag, stringKind, stringsKind } from '#base/flags'
import { KubectlError } from './fault.ts'

/** How far a command goes: to the end, or only as if. */
export type DryRun = 'none' | 'client' | 'server'

/** `--dry-run`; read its value with `readDryRun`. */
export const dryRunFlag = flag(
  'dry-run',
  { ...stringKind, bare: 'unchanged' },
  'none',
  'Must be "none", "server", or "client": client prints what would be sent, server lets the server go through it without keeping it.',
)

/** The value of `--dry-run`; a bare flag or a truth means what it meant before it had words. @throws KubectlError */
export function readDryRun(text: string): DryRun {
  if (text === 'unchanged') return 'client'
  if (text === 'true') return 'client'
  if (text === 'false') return 'none'
  if (text === 'none' || text === 'client' || text === 'server') return text
  throw new KubectlError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`)
}

/** What follows the word for what was done: ` (dry run)`. */
export const dryRunNote = (dryRun: DryRun) =>
  ({ none: '', client: ' (dry run)', server: ' (server dry run)' })[dryRun]

/** How strictly the server looks for fields it does not know. */
export type Validation = 'Strict' | 'Warn' | 'Ignore'

/** `--validate`; read its value with `readValidation`. */
export const validateFlag = flag(
  'validate',
  { ...stringKind, bare: 'strict' },
  'strict',
  'Must be one of: strict (or true), warn, ignore (or false): what becomes of fields that the server does not know.',
)

const validations: Readonly<Record<string, Validation>> = {
  strict: 'Strict',
  true: 'Strict',
  warn: 'Warn',
  false: 'Ignore',
  ignore: 'Ignore',
}

/** The value of `--validate`. @throws KubectlError */
export function readValidation(text: string): Validation {
  const value = validations[text]
  if (value !== undefined) return value
  throw new KubectlError(
    `invalid - validate option ${JSON.stringify(text)}; must be one of: strict (or true), warn, ignore (or false)`,
  )
}

/** Flags of commands that read manifests. */
export const fileFlags = {
  filename: flag(
    'filename',
    stringsKind,
    [],
    'Files, folders or URLs with the objects; - for standard input.',
    { short: 'f' },
  ),
  recursive: flag('recursive', boolKind, false, 'Read the folders in a folder of -f too.', { short: 'R' }),
} as const

/** Flags of commands that show what they wrote. */
export const outputFlags = {
  output: flag(
    'output',
    stringKind,
    '',
    'Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file).',
    { short: 'o' },
  ),
  showManagedFields: flag('show-managed-fields', boolKind, false, 'Keep managedFields in JSON and YAML.'),
} as const
