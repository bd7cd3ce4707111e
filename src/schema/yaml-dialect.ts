import { JsonSyntaxError, sentDepthMax } from './json-scanner.ts'
import type { Json } from './object.ts'

/** A tag of a YAML parser: its URI and, for variants of one type, its format. */
interface Tag {
  readonly tag: string
  readonly format?: string | undefined
  readonly test?: RegExp | undefined
}

/** Aliases may make a small text large, but not without bound. */
const aliasesMax = 100

/**
 * What upstream's parser does not know, although YAML 1.1 has it: dates and times of day stay texts, and there
 * are no sets and no bytes.
 */
const foreign = /:(?:timestamp|binary|set|omap|pairs)$/

/**
 * What a fraction looks like for upstream, by the parser's format. The parser itself would also take a text without
 * digits, such as `e1` or `.`, which is a good name.
 */
const fractions: Readonly<Record<string, RegExp>> = {
  EXP: /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)[eE][-+]?[0-9]+$/,
  '': /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*\.[0-9_]*)$/,
}

/** The tag with upstream's eyes; infinities are words in both. */
function strict<T extends string | Tag>(tag: T): T {
  if (typeof tag === 'string' || !tag.tag.endsWith(':float') || tag.test?.test('.inf')) return tag
  const test = fractions[tag.format ?? '']
  return test ? ({ ...(tag as Tag), test } as T) : tag
}

/** The options with which a parser reads YAML as upstream does; the result goes through `fromYaml`. */
export const yamlDialect = {
  version: '1.1',
  maxAliasCount: aliasesMax,
  intAsBigInt: true,
  customTags: <T extends string | Tag>(tags: T[]): T[] =>
    tags
      .filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !foreign.test(tag.tag)))
      .map(strict),
  logLevel: 'error',
} as const

/**
 * A parsed value as JSON: whole numbers are read exactly, and those that a number holds become one.
 * @throws JsonSyntaxError for one that is nested too deeply.
 */
export function fromYaml(value: unknown, depth = 0): Json {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }
  if (typeof value !== 'object' || value === null) return value as Json
  if (depth >= sentDepthMax) throw new JsonSyntaxError('exceeded max depth')
  if (Array.isArray(value)) return value.map((one) => fromYaml(one, depth + 1))
  for (const name of Object.keys(value)) {
    const members = value as Record<string, unknown>
    // The name __proto__ is an own member here, which plain assignment would not reach.
    Object.defineProperty(members, name, {
      value: fromYaml(members[name], depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return value as Json
}
