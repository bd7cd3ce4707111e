import type { Json } from '#schema/object'

/** The objects of a list; undefined for what is none. */
export function listItems(value: Json): Json[] | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  const { items, kind } = value
  return Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List') ? items : undefined
}
