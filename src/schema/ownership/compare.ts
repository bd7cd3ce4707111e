import { equal } from '../equal.ts'
import type { Json } from '../object.ts'
import { type FieldSet, type Fields, leaf, nodeOf, self } from './field-set.ts'
import { itemElement, itemsByElement, type ItemList } from './items.ts'
import { nameElement } from './path-element.ts'
import { memberOf, type MemberStructure, type Structure } from './structure.ts'

/** What differs between two values. */
export interface Comparison {
  readonly added: Fields
  readonly modified: Fields
  readonly removed: Fields
}

type Side = keyof Comparison
const sides: readonly Side[] = ['added', 'modified', 'removed']

const only = (side: Side): Comparison => ({
  added: undefined,
  modified: undefined,
  removed: undefined,
  [side]: leaf,
})
const wholly: Readonly<Record<Side, Comparison>> = {
  added: only('added'),
  modified: only('modified'),
  removed: only('removed'),
}

/** Gathers what differs in the parts of a value. */
class Parts {
  #added: Record<string, FieldSet> | undefined
  #modified: Record<string, FieldSet> | undefined
  #removed: Record<string, FieldSet> | undefined

  put(element: string, inner: Comparison | undefined): void {
    if (inner === undefined) return
    if (inner.added) (this.#added ??= {})[element] = inner.added
    if (inner.modified) (this.#modified ??= {})[element] = inner.modified
    if (inner.removed) (this.#removed ??= {})[element] = inner.removed
  }

  /** The whole: with the value itself added or removed where one side has none. */
  under(left: unknown, right: unknown): Comparison | undefined {
    const added = nodeOf(left === undefined, this.#added)
    const removed = nodeOf(right === undefined, this.#removed)
    if (added === undefined && removed === undefined && this.#modified === undefined) return undefined
    return { added, modified: this.#modified, removed }
  }
}

type Value = Json | undefined
type Members = Readonly<Record<string, Json>>

const isEmpty = (value: Value) =>
  value === undefined || value === null || Object.keys(value as object).length === 0

/** Compares two values field by field; undefined stands for absent, and for no difference. */
export function compare(structure: Structure, left: Value, right: Value): Comparison | undefined {
  if (left === right) return undefined
  if (left === undefined) return addition(structure, right as Json)
  if (structure.is === 'whole' || (isEmpty(left) && isEmpty(right))) return compareWhole(left, right)
  const parts = new Parts()
  if (structure.is === 'list') compareItems(structure, asList(left), asList(right), parts)
  else if (structure.is === 'map') compareMembers(structure.of, asRecord(left), asRecord(right), parts)
  else compareFields(structure.members, asRecord(left), asRecord(right), parts)
  return parts.under(left, right)
}

/** A value where there was none: all of it is added. */
const addition = (structure: Structure, value: Json): Comparison => ({
  added: allOf(structure, value),
  modified: undefined,
  removed: undefined,
})

function allOf(structure: Structure, value: Json): FieldSet {
  if (structure.is === 'whole' || isEmpty(value)) return leaf
  const out: Record<string, FieldSet> = { [self]: leaf }
  if (structure.is === 'list') addItems(out, structure, asList(value))
  else if (structure.is === 'map') addMembers(out, structure.of, asRecord(value))
  else addFields(out, structure.members, asRecord(value))
  return out
}

function addItems(out: Record<string, FieldSet>, list: ItemList, items: readonly Json[]): void {
  // Items that stand twice are owned as one whole.
  for (const item of items) {
    const element = itemElement(list, item)
    out[element] = element in out ? leaf : allOf(list.of, item)
  }
}

function addMembers(out: Record<string, FieldSet>, of: Structure, members: Members): void {
  for (const name in members) out[nameElement(name)] = allOf(of, members[name] as Json)
}

/** Adds the fields of a struct, in the order in which sets are written. */
function addFields(
  out: Record<string, FieldSet>,
  fields: readonly MemberStructure[],
  members: Members,
): void {
  for (const { name, element, structure } of fields) {
    const value = members[name]
    if (value !== undefined) out[element] = structure.is === 'whole' ? leaf : allOf(structure, value)
  }
}

function compareWhole(left: Value, right: Value): Comparison | undefined {
  if (right === undefined) return wholly.removed
  return equal(left, right) ? undefined : wholly.modified
}

const asList = (value: Value) => (value ?? []) as Json[]
const asRecord = (value: Value) => (value ?? {}) as Members

function compareFields(
  fields: readonly MemberStructure[],
  left: Members,
  right: Members,
  parts: Parts,
): void {
  for (const { name, element, structure } of fields) {
    const [old, now] = [left[name], right[name]]
    if (old !== now) parts.put(element, compare(structure, old, now))
  }
}

function compareMembers(of: Structure, left: Members, right: Members, parts: Parts): void {
  for (const name in left) parts.put(nameElement(name), compare(of, left[name], memberOf(right, name)))
  for (const name in right) {
    if (memberOf(left, name) === undefined) parts.put(nameElement(name), compare(of, undefined, right[name]))
  }
}

function compareItems(list: ItemList, left: readonly Json[], right: readonly Json[], parts: Parts): void {
  // Most lists are as they were: that is found sooner than their items are told apart.
  if (equal(left, right)) return
  const before = itemsByElement(list, left)
  const after = itemsByElement(list, right)
  for (const [element, old] of before) {
    parts.put(element, compareSame(list, old, after.get(element) ?? []))
  }
  for (const [element, items] of after) {
    if (!before.has(element)) parts.put(element, compareSame(list, [], items))
  }
}

/** Compares the items of one element: one by one, or as a whole where they stand more than once. */
function compareSame(list: ItemList, old: readonly Json[], now: readonly Json[]): Comparison | undefined {
  if (old.length <= 1 && now.length <= 1) return compare(list.of, old[0], now[0])
  if (old.length >= 2 && now.length >= 2) return equal(old, now) ? undefined : wholly.modified
  if (old.length >= 2)
    return both(now.length > 0 ? compare(list.of, undefined, now[0]) : undefined, 'removed')
  return both(old.length > 0 ? compare(list.of, old[0], undefined) : undefined, 'added')
}

function both(inner: Comparison | undefined, side: Side): Comparison {
  const out: Record<Side, Fields> = { ...wholly[side] }
  if (inner) for (const one of sides) if (one !== side) out[one] = inner[one]
  return out
}
