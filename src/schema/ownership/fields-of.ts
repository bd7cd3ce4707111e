import type { Json } from '../object.ts'
import { type FieldSet, type Fields, leaf, nodeOf } from './field-set.ts'
import { itemsByElement, type ItemList } from './items.ts'
import { nameElement } from './path-element.ts'
import { memberStructure, type Structure } from './structure.ts'

/** The fields that a value sets: its node in the set, whether or not it is in the set itself. */
export function fieldsOf(structure: Structure, value: Json): Fields {
  if (structure.is === 'whole') return leaf
  if (value === null) return undefined
  return structure.is === 'list'
    ? fieldsOfItems(structure, value as Json[])
    : fieldsOfMembers(structure, value as Record<string, Json>)
}

function fieldsOfItems(list: ItemList, items: readonly Json[]): Fields {
  let out: Record<string, FieldSet> | undefined
  for (const [element, same] of itemsByElement(list, items)) {
    // Items that stand twice are owned together, without their parts.
    const inner = same.length > 1 ? undefined : fieldsOf(list.of, same[0] as Json)
    ;(out ??= {})[element] = own(inner)
  }
  return out
}

const own = (node: Fields): FieldSet => (node === leaf ? leaf : (nodeOf(true, node) as FieldSet))

const isHollow = (value: Json) =>
  value === null || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0)

function fieldsOfMembers(structure: Structure, members: Readonly<Record<string, Json>>): Fields {
  let out: Record<string, FieldSet> | undefined
  for (const [name, value] of Object.entries(members)) {
    const inner = memberStructure(structure, name)
    if (inner === undefined) continue
    const node = fieldsOf(inner, value)
    const isOwn = isHollow(value) || structure.is === 'map'
    const whole = isOwn ? own(node) : node
    if (whole !== undefined) (out ??= {})[nameElement(name)] = whole
  }
  return out
}
