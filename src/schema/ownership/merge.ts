import { setMember } from '../json.ts'
import type { Json } from '../object.ts'
import { itemElement, type ItemList } from './items.ts'
import { memberOf, memberStructure, type Structure } from './structure.ts'

type Value = Json | undefined

const isEmpty = (value: Value) =>
  value === undefined || value === null || Object.keys(value as object).length === 0

/** An applied value put over the stored one: parts merge, wholes are replaced. Undefined stands for absent. */
export function merge(structure: Structure, live: Value, applied: Value): Value {
  if (structure.is === 'whole' || (isEmpty(live) && isEmpty(applied))) {
    return applied === undefined ? live : applied
  }
  return structure.is === 'list'
    ? mergeItems(structure, (live ?? []) as Json[], (applied ?? []) as Json[])
    : mergeMembers(structure, (live ?? {}) as Record<string, Json>, (applied ?? {}) as Record<string, Json>)
}

function mergeMembers(
  structure: Structure,
  live: Readonly<Record<string, Json>>,
  applied: Readonly<Record<string, Json>>,
): Value {
  const out: Record<string, Json> = {}
  for (const name of new Set([...Object.keys(live), ...Object.keys(applied)])) {
    const inner = memberStructure(structure, name)
    const value = inner && merge(inner, memberOf(live, name), memberOf(applied, name))
    if (value !== undefined) setMember(out, name, value)
  }
  return Object.keys(out).length > 0 ? out : undefined
}

/** Applied items by element; stored ones too, null where an element stands twice: then it is not merged with. */
function indexed(list: ItemList, items: readonly Json[]): Map<string, Value> {
  const out = new Map<string, Value>()
  for (const item of items) {
    const element = itemElement(list, item)
    out.set(element, out.has(element) ? undefined : item)
  }
  return out
}

/**
 * Merges two lists of items. Applied items keep their order among themselves; stored items that are not applied stay
 * where they stood between the shared ones.
 */
function mergeItems(list: ItemList, live: readonly Json[], applied: readonly Json[]): Value {
  const liveElements = live.map((item) => itemElement(list, item))
  const appliedElements = applied.map((item) => itemElement(list, item))
  const liveBy = indexed(list, live)
  const appliedBy = indexed(list, applied)
  const shared = appliedElements.filter((one) => liveBy.has(one))
  const done = new Set<string>()
  const out: Json[] = []
  const push = (value: Value) => {
    if (value !== undefined) out.push(value)
  }
  const take = (element: string) => {
    done.add(element)
    push(merge(list.of, liveBy.get(element), appliedBy.get(element)))
  }
  let [l, a] = [0, 0]
  while (l < live.length || a < applied.length) {
    const [left, right] = [liveElements[l], appliedElements[a]]
    if (left !== undefined && left === right) {
      take(left)
      l++
      a++
      shared.shift()
      continue
    }
    if (left !== undefined && !appliedBy.has(left)) {
      push(merge(list.of, live[l], undefined))
      l++
      continue
    }
    if (left !== undefined && right !== undefined && shared.length > 0 && shared[0] !== left) {
      // Applied as well, but its turn comes later.
      l++
      continue
    }
    if (left !== undefined && done.has(left)) l++
    if (right === undefined) continue
    take(right)
    if (shared[0] === right) shared.shift()
    a++
  }
  return out.length > 0 ? out : undefined
}
