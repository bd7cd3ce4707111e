import { JsonScanner, JsonSyntaxError, jsonDepthMax, sentDepthMax } from './json-scanner.ts'
import { surveyJson } from './json-survey.ts'
import type { Json } from './object.ts'

export { JsonSyntaxError, jsonDepthMax, sentDepthMax, setMember } from './json-scanner.ts'

/** Members that stand more than once, by the object they stand in. */
export type Duplicates = ReadonlyMap<object, readonly string[]>

/** A JSON value, with the members that its text repeats. */
export interface ParsedJson {
  readonly value: Json
  readonly duplicates: Duplicates
}

/** No member stands twice. */
export const noDuplicates: Duplicates = new Map()

function exactly(text: string): ParsedJson {
  const scanner = new JsonScanner(text)
  try {
    return { value: scanner.read(), duplicates: scanner.duplicates }
  } catch (cause) {
    throw cause instanceof RangeError ? new JsonSyntaxError('exceeded max depth', { cause }) : cause
  }
}

function countMembers(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const one of value) count += countMembers(one)
    return count
  }
  for (const name in value) count += 1 + countMembers((value as Record<string, unknown>)[name])
  return count
}

/**
 * Parses what somebody sends, and finds members that stand twice. The engine's own parser does the work; the exact scanner
 * runs only for what the engine would lose: long integers, repeated members, and the words of an error.
 * @throws JsonSyntaxError in the words of Go's decoder.
 */
export function parseJsonNoting(text: string): ParsedJson {
  const { members, depth, hasLongNumber } = surveyJson(text)
  if (depth > sentDepthMax) throw new JsonSyntaxError('exceeded max depth')
  if (hasLongNumber) return exactly(text)
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return exactly(text)
  }
  return countMembers(value) === members ? { value, duplicates: noDuplicates } : exactly(text)
}

const manyDigits = /\d{16}/

/** Parses JSON; of members that stand twice the last one counts. @throws JsonSyntaxError in the words of Go's decoder. */
export function parseJson(text: string): Json {
  // A text shorter than the limit is not deeper, and most have no long row of digits.
  if (text.length > jsonDepthMax || manyDigits.test(text)) {
    const { depth, hasLongNumber } = surveyJson(text)
    if (depth > jsonDepthMax) throw new JsonSyntaxError('exceeded max depth')
    if (hasLongNumber) return exactly(text).value
  }
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    exactly(text)
    throw new JsonSyntaxError('unexpected end of JSON input', { cause })
  }
}

const unsafe = /[<>&\u2028\u2029]/
const unsafeAll = /[<>&\u2028\u2029]/g
// oxlint-disable-next-line no-control-regex -- JSON escapes control characters.
const special = /["\\\u0000-\u001f<>&\u2028\u2029\ud800-\udfff]/

const asEscape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Go's encoder writes the characters that mean something in HTML and JavaScript as escapes. */
const escaped = (json: string) => (unsafe.test(json) ? json.replace(unsafeAll, asEscape) : json)

/** A string as Go's encoder writes it. */
export function quote(text: string): string {
  return special.test(text) ? escaped(JSON.stringify(text)) : `"${text}"`
}

function stringifyExactly(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(stringifyExactly).join(',')}]`
  const members = Object.entries(value).filter(([, one]) => one !== undefined)
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${stringifyExactly(one)}`).join(',')}}`
}

function hasBigint(value: unknown): boolean {
  if (typeof value === 'bigint') return true
  return value !== null && typeof value === 'object' && Object.values(value).some(hasBigint)
}

/** A JSON value as compact text with Go's escapes; members keep their order. */
export function stringifyJson(value: unknown): string {
  try {
    return escaped(JSON.stringify(value) ?? 'null')
  } catch (cause) {
    if (!hasBigint(value)) throw cause
    return escaped(stringifyExactly(value))
  }
}
