import { parse, type Tags } from 'yaml'
import type { Json } from '#schema/object'

/** Aliases may make a small text large, but not without bound. */
const aliasesMax = 100

/**
 * What upstream's parser does not know, although YAML 1.1 has it: dates and times of day stay texts, and there
 * are no sets and no bytes.
 */
const foreign = /:(?:timestamp|binary|set|omap|pairs)$/

const knownTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !foreign.test(tag.tag)))

/** Whole numbers are read exactly; those that a number holds become one. */
function withNumbers(value: unknown): Json {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }
  if (Array.isArray(value)) return value.map(withNumbers)
  if (typeof value === 'object' && value !== null) {
    for (const name of Object.keys(value)) {
      const members = value as Record<string, unknown>
      // The name __proto__ is an own member here, which plain assignment would not reach.
      Object.defineProperty(members, name, {
        value: withNumbers(members[name]),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
  }
  return value as Json
}

/** Reads YAML as upstream does. @throws Error of the parser for malformed text and for aliases that multiply. */
export function parseYaml(text: string): Json {
  return withNumbers(
    parse(text, {
      version: '1.1',
      maxAliasCount: aliasesMax,
      uniqueKeys: true,
      intAsBigInt: true,
      customTags: knownTags,
      logLevel: 'error',
    }),
  )
}
