import { copy } from './copy.ts'
import { equal } from './equal.ts'
import { setMember, stringifyJson } from './json.ts'
import { identityOf, placeOf } from './list-order.ts'
import {
  deletePrefix,
  directive,
  type MergeStrategy,
  orderPrefix,
  retainKeys,
  strategyOf,
} from './merge-strategy.ts'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'
import { joinStrategicPatches } from './strategic-merge-patch.ts'
import type { TypeDef } from './type.ts'

type Members = { [key: string]: Json }

/** Which differences a patch takes in. */
interface Parts {
  readonly changes: boolean
  readonly removals: boolean
}

const all: Parts = { changes: true, removals: true }

/** The strategic patch that makes `next` of `old`; empty when they are the same. */
export function strategicDiff(type: TypeDef | undefined, old: Members, next: Members): Members {
  return diffMaps(old, next, type, all, false)
}

/**
 * The strategic patch that applying asks for: removes what was applied before (`original`) and is no more, and
 * changes what differs between `current` and `modified`. Other changes to `current` stay.
 */
export function threeWayStrategicPatch(
  type: TypeDef | undefined,
  original: Members,
  modified: Members,
  current: Members,
): Members {
  const changes = diffMaps(current, modified, type, { changes: true, removals: false }, false)
  const removals = diffMaps(original, modified, type, { changes: false, removals: true }, false)
  return joinStrategicPatches(type, removals, changes)
}

function diffMaps(
  old: Members,
  next: Members,
  type: TypeDef | undefined,
  parts: Parts,
  retains: boolean,
): Members {
  const patch: Members = {}
  for (const name of Object.keys(next)) {
    const before = Object.hasOwn(old, name) ? old[name] : undefined
    diffField(patch, name, before, next[name] as Json, strategyOf(type, name), parts)
  }
  const gone = Object.keys(old).filter((name) => !Object.hasOwn(next, name))
  if (parts.removals) for (const name of gone) setMember(patch, name, null)
  const kept = Object.keys(next).filter((name) => next[name] !== null)
  if (retains && kept.length > 0 && (Object.keys(patch).length > 0 || gone.length > 0)) {
    patch[retainKeys] = kept.sort()
  }
  return patch
}

function diffField(
  patch: Members,
  name: string,
  before: Json | undefined,
  after: Json,
  strategy: MergeStrategy,
  parts: Parts,
): void {
  if (isPlainObject(before) && isPlainObject(after) && !strategy.replaces) {
    const inner = diffMaps(before, after, strategy.type, parts, strategy.retainsKeys)
    if (Object.keys(inner).length > 0) setMember(patch, name, inner)
  } else if (Array.isArray(before) && Array.isArray(after) && strategy.merges) {
    diffLists(patch, name, before, after, strategy, parts)
  } else if (parts.changes && (before === undefined || !equal(before, after)))
    setMember(patch, name, copy(after))
}

function diffLists(
  patch: Members,
  name: string,
  before: Json[],
  after: Json[],
  strategy: MergeStrategy,
  parts: Parts,
): void {
  if (before.length === 0) {
    if (after.length > 0 && parts.changes) patch[name] = copy(after)
    return
  }
  if (isPlainObject(before[0])) diffMapLists(patch, name, before, after, strategy, parts)
  else diffScalarLists(patch, name, before, after, parts)
}

function diffScalarLists(patch: Members, name: string, before: Json[], after: Json[], parts: Parts): void {
  const added = after.filter((one) => placeOf(before, one, '') < 0)
  const removed = before.filter((one) => placeOf(after, one, '') < 0)
  if (parts.changes && added.length > 0) patch[name] = added
  if (parts.removals && removed.length > 0) patch[deletePrefix + name] = removed.sort(byText)
  const changes = parts.changes && !equal(before, after)
  if (after.length > 0 && (changes || (parts.removals && removed.length > 0)))
    patch[orderPrefix + name] = copy(after)
}

function diffMapLists(
  patch: Members,
  name: string,
  before: Json[],
  after: Json[],
  strategy: MergeStrategy,
  parts: Parts,
): void {
  const { mergeKey } = strategy
  const list = after.flatMap((one) => diffElement(one, before, strategy, parts))
  const removed = parts.removals ? before.filter((one) => placeOf(after, one, mergeKey) < 0) : []
  const identities = removed.map((one) => identityOf(one, mergeKey) as Json).sort(byText)
  for (const identity of identities) list.push({ [directive]: 'delete', [mergeKey]: identity })
  if (list.length > 0) patch[name] = list
  const isReordered = !equal(identitiesOf(before, mergeKey), identitiesOf(after, mergeKey))
  if (after.length > 0 && (list.length > 0 || (parts.changes && isReordered))) {
    patch[orderPrefix + name] = after.map((one) => ({ [mergeKey]: identityOf(one, mergeKey) as Json }))
  }
}

const identitiesOf = (list: Json[], mergeKey: string) => list.map((one) => identityOf(one, mergeKey))

function diffElement(
  element: Json,
  before: Json[],
  { mergeKey, type, retainsKeys }: MergeStrategy,
  parts: Parts,
): Json[] {
  const old = before[placeOf(before, element, mergeKey)]
  if (!isPlainObject(old) || !isPlainObject(element)) return parts.changes ? [copy(element)] : []
  const inner = diffMaps(old, element, type, parts, retainsKeys)
  if (Object.keys(inner).length === 0) return []
  return [{ ...inner, [mergeKey]: element[mergeKey] as Json }]
}

function byText(a: Json, b: Json): number {
  const [left, right] = [a, b].map((one) => (typeof one === 'string' ? one : stringifyJson(one))) as [
    string,
    string,
  ]
  return left < right ? -1 : left > right ? 1 : 0
}
