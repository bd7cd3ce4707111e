import { KubectlError } from '../fault.ts'

/** What a command line asks of labels or annotations. */
export interface Changes {
  readonly set: Readonly<Record<string, string>>
  readonly remove: readonly string[]
}

/** Words by which a command calls what it changes. */
export interface Wording {
  /** `label` or `annotation`. */
  readonly what: string
}

const isPair = (word: string) => word.indexOf('=') > 0 || (word.length > 1 && word.endsWith('-'))

/** Parts the words that name objects from those that name changes: `key=value` and `key-`. @throws KubectlError */
export function splitWords(args: readonly string[], { what }: Wording): { names: string[]; pairs: string[] } {
  const first = args.findIndex(isPair)
  if (first < 0) return { names: [...args], pairs: [] }
  const pairs = args.slice(first)
  const stray = pairs.find((word) => !isPair(word))
  if (stray !== undefined)
    throw new KubectlError(`all resources must be specified before ${what} changes: ${stray}`)
  return { names: args.slice(0, first), pairs }
}

/** Reads `key=value` and `key-`. @throws KubectlError for a key that is set and removed at once. */
export function readChanges(pairs: readonly string[], { what }: Wording): Changes {
  const set: Record<string, string> = {}
  const remove: string[] = []
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at > 0) set[pair.slice(0, at)] = pair.slice(at + 1)
    else remove.push(pair.slice(0, -1))
  }
  if (remove.some((key) => Object.hasOwn(set, key)))
    throw new KubectlError(
      `can not both modify and remove ${what === 'label' ? 'a' : 'an'} ${what} in the same command`,
    )
  return { set, remove }
}

/** The new labels or annotations. */
export function changed(
  old: Readonly<Record<string, string>>,
  { set, remove }: Changes,
): Record<string, string> {
  const next = { ...old, ...set }
  for (const key of remove) delete next[key]
  return next
}

/** Keys that have another value already. */
export function taken(old: Readonly<Record<string, string>>, { set }: Changes): [string, string][] {
  return Object.entries(old).filter(([key, value]) => Object.hasOwn(set, key) && set[key] !== value)
}
