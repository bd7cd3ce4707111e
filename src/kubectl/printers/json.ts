import { stringifyJson } from '#schema/json'
import type { Json } from '#schema/object'
import { withSortedKeys } from './sorted-keys.ts'

/** A value as `-o json` shows it: four spaces, members in the order of their names. */
export function toPrettyJson(value: Json, indent = 4): string {
  return `${indentJson(withSortedKeys(value), indent)}\n`
}

/** A value as JSON on lines, its members in the order that they have. */
export const indentJson = (value: Json, indent: number) => lines(value, ' '.repeat(indent), '')

function lines(value: Json, step: string, before: string): string {
  if (value === null || typeof value !== 'object') return stringifyJson(value)
  const inside = before + step
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[\n${value.map((one) => inside + lines(one, step, inside)).join(',\n')}\n${before}]`
  }
  const members = Object.entries(value)
  if (members.length === 0) return '{}'
  const texts = members.map(([name, one]) => `${inside}${stringifyJson(name)}: ${lines(one, step, inside)}`)
  return `{\n${texts.join(',\n')}\n${before}}`
}
