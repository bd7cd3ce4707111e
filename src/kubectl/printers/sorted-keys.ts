import type { Json } from '#schema/object'

/** The same value with the members of all objects in the order of their names, as Go writes maps. */
export function withSortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (value === null || typeof value !== 'object') return value
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1))
  return Object.fromEntries(names.map((name) => [name, withSortedKeys(value[name] as Json)]))
}
