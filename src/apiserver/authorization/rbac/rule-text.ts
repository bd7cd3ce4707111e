import { compareBytes } from '#base/byte-order'
import type { Rule } from './rule.ts'

/** A list of texts as Go quotes it. */
export const quotedList = (texts: readonly string[]) =>
  `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`

const parts = [
  ['APIGroups', 'apiGroups'],
  ['Resources', 'resources'],
  ['NonResourceURLs', 'nonResourceURLs'],
  ['ResourceNames', 'resourceNames'],
  ['Verbs', 'verbs'],
] as const

const ruleText = (rule: Rule) =>
  `{${parts
    .filter(([, field]) => rule[field].length > 0)
    .map(([title, field]) => `${title}:${quotedList(rule[field])}`)
    .join(', ')}}`

/** Rules of one verb each as upstream tells them: those of one resource together, a line for each. */
export function rulesText(rules: readonly Rule[]): string {
  const byThing = new Map<string, Rule>()
  for (const rule of rules) {
    const thing = JSON.stringify({ ...rule, verbs: [] })
    const known = rule.nonResourceURLs.length === 0 ? byThing.get(thing) : undefined
    // Paths are told one by one.
    const key = rule.nonResourceURLs.length === 0 ? thing : `${thing}${rule.verbs.join()}`
    byThing.set(key, known ? { ...known, verbs: [...known.verbs, ...rule.verbs] } : rule)
  }
  const lines = new Set([...byThing.values()].map(ruleText))
  return [...lines].toSorted(compareBytes).join('\n')
}
