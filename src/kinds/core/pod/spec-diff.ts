import { equal } from '#schema/equal'
import { isPlainObject } from '#schema/plain'

function* differences(old: unknown, next: unknown, path: string): Iterable<string> {
  if (equal(old, next)) return
  if (Array.isArray(old) && Array.isArray(next) && old.length === next.length) {
    for (const [i, one] of old.entries()) yield* differences(one, next[i], `${path}[${i}]`)
  } else if (isPlainObject(old) && isPlainObject(next)) {
    for (const name of new Set([...Object.keys(old), ...Object.keys(next)])) {
      yield* differences(old[name], next[name], path === '' ? name : `${path}.${name}`)
    }
  } else {
    if (old !== undefined) yield `- \t${path}: ${JSON.stringify(old)},`
    if (next !== undefined) yield `+ \t${path}: ${JSON.stringify(next)},`
  }
}

/** What a change is, line by line, for people to read. */
export function specDiff(type: string, old: object, next: object): string {
  return `  ${type}{\n${[...differences(old, next, '')].join('\n')}\n  }\n`
}
