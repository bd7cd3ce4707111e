import { setMember } from '../json.ts'
import type { Json } from '../object.ts'
import { type Fields, isMember } from './field-set.ts'
import { itemElement, type ItemList } from './items.ts'
import { nameElement } from './path-element.ts'
import { memberStructure, type Structure } from './structure.ts'

/** A value without the fields of a set; null where nothing is left. */
export function remove(structure: Structure, value: Json, fields: Fields): Json {
  if (fields === undefined || value === null) return value
  if (structure.is === 'whole') return typeof value === 'object' ? null : value
  return structure.is === 'list'
    ? removeItems(structure, value as Json[], fields)
    : removeMembers(structure, value as Record<string, Json>, fields)
}

function removeItems(list: ItemList, items: readonly Json[], fields: Fields): Json {
  const out: Json[] = []
  for (const item of items) {
    const node = fields?.[itemElement(list, item)]
    if (!isMember(node)) out.push(remove(list.of, item, node))
  }
  return out.length > 0 ? out : null
}

function removeMembers(structure: Structure, members: Readonly<Record<string, Json>>, fields: Fields): Json {
  const out: Record<string, Json> = {}
  for (const [name, value] of Object.entries(members)) {
    const node = fields?.[nameElement(name)]
    if (isMember(node)) continue
    const inner = memberStructure(structure, name)
    setMember(out, name, node && inner ? remove(inner, value, node) : value)
  }
  return Object.keys(out).length > 0 ? out : null
}
