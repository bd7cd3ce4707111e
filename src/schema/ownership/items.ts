import type { Json } from '../object.ts'
import { isPlainObject } from '../plain.ts'
import { keyElement, valueElement } from './path-element.ts'
import type { Structure } from './structure.ts'

/** A list whose items have owners of their own. */
export type ItemList = Extract<Structure, { is: 'list' }>

/** An item that cannot be told apart, in upstream's words. */
export class ItemError extends Error {
  override readonly name = 'ItemError'
}

const defaultOf = ({ type }: ItemList, key: string) => type?.byName.get(key)?.default as Json | undefined

function keyed(list: ItemList, item: Json): string {
  if (item === null) throw new ItemError('associative list with keys may not have a null element')
  if (!isPlainObject(item)) throw new ItemError('associative list with keys may not have non-map elements')
  const keys: Record<string, Json> = {}
  for (const key of list.keys) {
    const value = (item[key] as Json | undefined) ?? defaultOf(list, key)
    if (value !== undefined) keys[key] = value
  }
  if (Object.keys(keys).length > 0) return keyElement(keys)
  const names = list.keys.map((one) => JSON.stringify(one)).join(' ')
  throw new ItemError(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  )
}

/** The path element of a list's item. @throws ItemError for an item that has none. */
export function itemElement(list: ItemList, item: Json): string {
  if (list.keys.length > 0) return keyed(list, item)
  if (item === null)
    throw new ItemError("associative list without keys has an element that's an explicit null")
  if (Array.isArray(item)) throw new ItemError('not supported: associative list with lists as elements')
  if (typeof item === 'object') {
    throw new ItemError("associative list without keys has an element that's a map type")
  }
  return valueElement(item)
}

/** A list's items by their elements, in the order of first appearance. */
export function itemsByElement(list: ItemList, items: readonly Json[]): Map<string, Json[]> {
  const out = new Map<string, Json[]>()
  for (const item of items) {
    const element = itemElement(list, item)
    const same = out.get(element)
    if (same) same.push(item)
    else out.set(element, [item])
  }
  return out
}
