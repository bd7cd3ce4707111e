import { compareBytes } from '#base/byte-order'
import type { Json } from '../object.ts'
import { type FieldSet, type Fields, isMember, leaf, self } from './field-set.ts'

/** The element of a field's or a map member's name: `f:spec`. */
export const nameElement = (name: string): string => `f:${name}`

/** The element of a scalar in a set: `v:"a"`. */
export const valueElement = (value: Json): string => `v:${JSON.stringify(value)}`

/** The element of an item in a keyed list: `k:{"name":"a"}`, its keys in order. */
export function keyElement(keys: Readonly<Record<string, Json>>): string {
  const names = Object.keys(keys)
  if (names.length > 1) names.sort(compareBytes)
  return `k:{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(keys[name])}`).join(',')}}`
}

/** The order of the kinds of element: names, keys, values, indexes. */
const rank: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 }

function compareValues(a: Json | undefined, b: Json | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return compareBytes(a, b)
  return compareBytes(typeof a, typeof b) || compareBytes(JSON.stringify(a), JSON.stringify(b))
}

type Keys = readonly (readonly [name: string, value: Json])[]

const readKeys = new Map<string, Keys>()
const readKeysMax = 4096

/** The keys in an element; the same few elements come again and again. */
function keysIn(element: string): Keys {
  let keys = readKeys.get(element)
  if (keys === undefined) {
    keys = Object.entries(JSON.parse(element.slice(2)) as Record<string, Json>)
    if (readKeys.size === readKeysMax) readKeys.clear()
    readKeys.set(element, keys)
  }
  return keys
}

function compareKeys(a: string, b: string): number {
  const [left, right] = [keysIn(a), keysIn(b)]
  for (const [i, [name, value]] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    const order = compareBytes(name, other[0]) || compareValues(value, other[1])
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** Upstream's order of elements. */
export function compareElements(a: string, b: string): number {
  const kind = a[0] === b[0] ? 0 : (rank[a[0] as string] ?? 0) - (rank[b[0] as string] ?? 0)
  if (kind !== 0) return kind
  if (a.startsWith('f')) return compareBytes(a, b)
  if (a.startsWith('k')) return compareKeys(a, b)
  return compareValues(JSON.parse(a.slice(2)) as Json, JSON.parse(b.slice(2)) as Json)
}

const elementsOf = (set: FieldSet) =>
  Object.keys(set)
    .filter((one) => one !== self)
    .sort(compareElements)

/** The same set with its members in upstream's order, `.` first; itself when they are. */
export function sorted(set: FieldSet): FieldSet {
  const children: Record<string, FieldSet> = {}
  let isSame = true
  let last: string | undefined
  for (const element in set) {
    const child = set[element] as FieldSet
    const inner = child === leaf ? leaf : sorted(child)
    children[element] = inner
    if (inner !== child || (last !== undefined && !isBefore(last, element))) isSame = false
    last = element
  }
  return isSame ? set : arranged(children)
}

const isBefore = (a: string, b: string) => a === self || (b !== self && compareElements(a, b) < 0)

function arranged(set: FieldSet): FieldSet {
  const out: Record<string, FieldSet> = {}
  if (set[self] !== undefined) out[self] = leaf
  for (const element of elementsOf(set)) out[element] = set[element] as FieldSet
  return out
}

/** An element as it stands in the text of a path: `.spec`, `[name="a"]`, `[="a"]`. */
export function elementText(element: string): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('v:')) return `[=${rest}]`
  if (element.startsWith('i:')) return `[${rest}]`
  const keys = Object.entries(JSON.parse(rest) as Record<string, Json>)
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}

/** The paths of a set as texts, in upstream's order: the fields of a level before what is in them. */
export function* pathTexts(set: Fields, prefix = ''): Iterable<{ text: string; path: string[] }> {
  if (set === undefined) return
  const elements = elementsOf(set)
  for (const one of elements) {
    if (isMember(set[one])) yield { text: prefix + elementText(one), path: [one] }
  }
  for (const one of elements) {
    for (const { text, path } of pathTexts(set[one], prefix + elementText(one))) {
      yield { text, path: [one, ...path] }
    }
  }
}
