import { copy } from './copy.ts'
import { equal } from './equal.ts'
import { setMember } from './json.ts'
import { goText } from './go-words.ts'
import { identityOf, ordered, placeOf } from './list-order.ts'
import {
  deletePrefix,
  directive,
  type MergeStrategy,
  orderPrefix,
  retainKeys,
  StrategicPatchError,
  strategyOf,
} from './merge-strategy.ts'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'
import type { TypeDef } from './type.ts'

export { StrategicPatchError } from './merge-strategy.ts'

type Members = { [key: string]: Json }

/** Applying takes directives and nulls at their word; joining two patches keeps them. */
type Mode = 'apply' | 'join'

/** Applies a strategic merge patch to a copy of a document. @throws StrategicPatchError. */
export function applyStrategicMergePatch(type: TypeDef | undefined, document: Json, patch: Json): Json {
  if (!isPlainObject(document) || !isPlainObject(patch))
    throw new StrategicPatchError('invalid JSON document')
  return mergeMap(copy(document), copy(patch), type, 'apply')
}

/** Two strategic merge patches as one; of what both name the second counts. @throws StrategicPatchError. */
export function joinStrategicPatches(type: TypeDef | undefined, first: Members, second: Members): Members {
  return mergeMap(copy(first), copy(second), type, 'join')
}

/** Merges `patch` into `original`, which it may change. */
function mergeMap(original: Members, patch: Members, type: TypeDef | undefined, mode: Mode): Members {
  if (patch[directive] !== undefined) return directed(patch)
  applyRetainKeys(original, patch, mode)
  applyOrders(original, patch, type, mode)
  for (const name of Object.keys(patch)) {
    const isDeletion = name.startsWith(deletePrefix) && mode === 'apply'
    const field = isDeletion ? name.slice(deletePrefix.length) : name
    mergeField(original, field, patch[name] as Json, isDeletion, type, mode)
  }
  return original
}

/** A map that says itself what becomes of it. */
function directed(patch: Members): Members {
  const { [directive]: what, ...rest } = patch
  if (what === 'replace') return rest
  if (what === 'delete') return {}
  throw new StrategicPatchError(`unknown patch type: ${goText(what)} in map: ${goText(patch)}`)
}

function mergeField(
  original: Members,
  name: string,
  value: Json,
  isDeletion: boolean,
  type: TypeDef | undefined,
  mode: Mode,
): void {
  if (value === null) {
    if (mode === 'apply') delete original[name]
    else setMember(original, name, null)
    return
  }
  const old = Object.hasOwn(original, name) ? original[name] : undefined
  if (old === undefined || old === null || kindOf(old) !== kindOf(value)) {
    if (!isDeletion && (mode === 'join' || isUndirected(value))) {
      setMember(original, name, mode === 'apply' ? plain(value) : value)
    }
    return
  }
  setMember(original, name, mergeValues(old, value, strategyOf(type, name), isDeletion, mode))
}

const kindOf = (value: Json) => (Array.isArray(value) ? 'list' : typeof value)

function mergeValues(old: Json, value: Json, strategy: MergeStrategy, isDeletion: boolean, mode: Mode): Json {
  if (isPlainObject(old) && isPlainObject(value)) {
    return strategy.replaces ? plain(value) : mergeMap(old, value, strategy.type, mode)
  }
  if (!Array.isArray(old) || !Array.isArray(value)) return value
  return strategy.merges ? mergeList(old, value, strategy, isDeletion, mode) : value
}

/** A value as it becomes part of a document that had none there: without directives and nulls. */
function plain(value: Json): Json {
  if (Array.isArray(value)) return value.filter(isUndirected).map(plain)
  if (!isPlainObject(value)) return value
  const out: Members = {}
  for (const [name, one] of Object.entries(value)) {
    if (one !== null && !isDirective(name) && isUndirected(one)) setMember(out, name, plain(one))
  }
  return out
}

/** True for what does not say itself what becomes of it: with nothing to change, such a thing is nothing. */
const isUndirected = (value: Json) => !isPlainObject(value) || value[directive] === undefined
const isKept = (element: Json) => !isPlainObject(element) || element[directive] !== 'delete'
const isDirective = (name: string) =>
  name === directive || name === retainKeys || name.startsWith(orderPrefix) || name.startsWith(deletePrefix)

/** Takes away what `$retainKeys` does not name. */
function applyRetainKeys(original: Members, patch: Members, mode: Mode): void {
  const keys = patch[retainKeys]
  if (keys === undefined) return
  if (!Array.isArray(keys)) throw new StrategicPatchError('invalid patch format of retainKeys')
  delete patch[retainKeys]
  if (mode === 'join') {
    const old = original[retainKeys]
    if (old !== undefined && !equal(old, keys))
      throw new StrategicPatchError('invalid patch format of retainKeys')
    original[retainKeys] = keys
    return
  }
  for (const [name, value] of Object.entries(patch)) {
    if (value !== null && !isDirective(name) && !keys.includes(name)) {
      throw new StrategicPatchError('invalid patch format of retainKeys')
    }
  }
  for (const name of Object.keys(original)) if (!keys.includes(name)) delete original[name]
}

/** Merges and orders the lists that `$setElementOrder` directives name. */
function applyOrders(original: Members, patch: Members, type: TypeDef | undefined, mode: Mode): void {
  for (const name of Object.keys(patch)) {
    if (!name.startsWith(orderPrefix)) continue
    const order = patch[name] as Json
    if (!Array.isArray(order)) throw new StrategicPatchError('invalid patch format of setElementOrder list')
    delete patch[name]
    if (mode === 'join') keepOrder(original, name, order)
    const field = name.slice(orderPrefix.length)
    const strategy = strategyOf(type, field)
    const old = listAt(original, field)
    const change = listAt(patch, field)
    if (change !== undefined) checkOrder(change, order, strategy.mergeKey)
    if (old === undefined && change === undefined) continue
    if ([...(old ?? []), ...(change ?? [])].length === 0) {
      throw new StrategicPatchError('no elements in any of the given slices')
    }
    delete patch[field]
    original[field] = ordered(mergedLists(old, change, strategy, mode), order, old ?? [], strategy.mergeKey)
  }
}

function mergedLists(
  old: Json[] | undefined,
  change: Json[] | undefined,
  strategy: MergeStrategy,
  mode: Mode,
): Json[] {
  if (old === undefined) {
    return mode === 'apply' ? (plain(change as Json[]) as Json[]) : (change as Json[])
  }
  return change === undefined ? old : (mergeValues(old, change, strategy, false, mode) as Json[])
}

function keepOrder(original: Members, name: string, order: Json[]): void {
  const old = original[name]
  if (old !== undefined && !equal(old, order)) {
    throw new StrategicPatchError('invalid patch format of setElementOrder list')
  }
  original[name] = copy(order)
}

function listAt(map: Members, name: string): Json[] | undefined {
  const value = Object.hasOwn(map, name) ? map[name] : undefined
  return Array.isArray(value) ? value : undefined
}

/** The elements that a patch changes must stand in the order that it asks for. An empty order asks for nothing. */
function checkOrder(list: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (order.length === 0) return
  let at = 0
  for (const one of list) {
    if (!isKept(one)) continue
    const place = placeOf(order.slice(at), one, mergeKey)
    if (place < 0) {
      throw new StrategicPatchError(
        `The order in patch list:\n${goText(list)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`,
      )
    }
    at += place + 1
  }
}

function mergeList(
  old: Json[],
  change: Json[],
  strategy: MergeStrategy,
  isDeletion: boolean,
  mode: Mode,
): Json[] {
  if (old.length === 0 && change.length === 0) return old
  const isOfMaps = isPlainObject(old[0] ?? change[0])
  if (!isOfMaps) return mergeScalars(old, change, isDeletion)
  const { mergeKey } = strategy
  if (mergeKey === '') {
    throw new StrategicPatchError(
      `cannot merge lists without merge key for type ${strategy.type?.name ?? ''}`,
    )
  }
  const kept = mode === 'apply' ? takeDirected(old, change, mergeKey) : { old, change }
  const merged = mergeElements(kept.old, kept.change, strategy, mode)
  return ordered(merged, kept.change, kept.old, mergeKey)
}

function mergeScalars(old: Json[], change: Json[], isDeletion: boolean): Json[] {
  if (isDeletion) return old.filter((one) => !change.some((gone) => equal(one, gone)))
  const merged: Json[] = []
  for (const one of [...old, ...change]) if (!merged.some((known) => equal(known, one))) merged.push(one)
  return ordered(merged, change, old, '')
}

/** Follows the elements that are directives: `$patch: delete` takes its like away, `$patch: replace` all. */
function takeDirected(old: Json[], change: Json[], mergeKey: string): { old: Json[]; change: Json[] } {
  let left = old
  let replaces = false
  const rest: Json[] = []
  for (const one of change) {
    const what = isPlainObject(one) ? one[directive] : undefined
    if (what === undefined) rest.push(one)
    else if (what === 'replace') replaces = true
    else if (what === 'delete') {
      if (identityOf(one, mergeKey) === undefined) throw noMergeKey(one, mergeKey)
      left = left.filter((other) => !equal(identityOf(other, mergeKey), identityOf(one, mergeKey)))
    } else if (what === 'merge') {
      throw new StrategicPatchError('merging lists cannot yet be specified in the patch')
    } else throw new StrategicPatchError(`unknown patch type: ${goText(what)} in map: ${goText(one)}`)
  }
  return replaces ? { old: [], change: rest } : { old: left, change: rest }
}

const noMergeKey = (element: Json, mergeKey: string) =>
  new StrategicPatchError(`map: ${goText(element)} does not contain declared merge key: ${mergeKey}`)

function mergeElements(old: Json[], change: Json[], { mergeKey, type }: MergeStrategy, mode: Mode): Json[] {
  const merged = [...old]
  for (const one of change) {
    if (identityOf(one, mergeKey) === undefined) throw noMergeKey(one, mergeKey)
    const place = placeOf(merged, one, mergeKey)
    const known = merged[place]
    if (isPlainObject(known) && isPlainObject(one)) merged[place] = mergeMap(known, one, type, mode)
    else merged.push(mode === 'apply' ? plain(one) : one)
  }
  return merged
}
