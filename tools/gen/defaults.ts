// Writes the defaulting rules that are data, and the list of those that need a function.
import type { Facts } from './facts.ts'

const executable = new Set(['unset', 'empty', '0', 'unset or empty'])

/** A rule is data when its condition is one of four words, its path plain and its value a value. */
function isData(set: { field: string; when: string; value: unknown }): boolean {
  const prose = typeof set.value === 'string' && /[ (]/.test(set.value)
  return executable.has(set.when) && !/[{"]/.test(set.field) && !prose
}

/** The module of default rules. */
export function defaultsText(facts: Facts): string {
  const data = facts.defaults.rules.flatMap(({ type, sets }) => {
    const plain = sets.filter(isData).map(({ field, value }) => [field, value])
    return plain.length === 0 ? [] : [`  ${JSON.stringify(type)}: ${JSON.stringify(plain)},`]
  })
  const byHand = facts.defaults.rules.filter(({ sets }) => !sets.every(isData)).map(({ type }) => type)
  const order = facts.defaults.order.map(
    ({ type, steps }) => `  ${JSON.stringify(type)}: ${JSON.stringify(steps)},`,
  )
  return [
    "import type { DefaultStep } from '#schema/default'",
    '',
    '/** What each type sets when a field is unset, empty or zero: [path below the type, value]. */',
    `export const defaultRules: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {\n${data.join('\n')}\n}`,
    '',
    '/** Types with rules that no table can tell; src/kinds/defaults.ts has their functions. */',
    `export const rulesByHand: readonly string[] = ${JSON.stringify(byHand, null, 2)}`,
    '',
    '/** The steps of a pod specification, wherever one stands. */',
    `export const podSpecSteps: readonly DefaultStep[] = ${JSON.stringify(facts.defaults.podSpecSteps)}`,
    '',
    '/** The steps of each root kind, in the order in which they run. */',
    `export const defaultOrder: Readonly<Record<string, readonly DefaultStep[]>> = {\n${order.join('\n')}\n}`,
    '',
  ].join('\n')
}
