/** Whether two JSON values are the same; the order of members does not count, unset and absent are one. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b)
  return sameMembers(a as Record<string, unknown>, b as Record<string, unknown>)
}

const sameItems = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((one, i) => equal(one, b[i]))

function sameMembers(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let count = 0
  for (const name in a) {
    if (a[name] === undefined) continue
    if (!Object.hasOwn(b, name) || !equal(a[name], b[name])) return false
    count++
  }
  for (const name in b) if (b[name] !== undefined) count--
  return count === 0
}
