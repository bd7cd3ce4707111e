import { copy } from './copy.ts'
import { equal } from './equal.ts'
import { setMember } from './json.ts'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'

/** Applies a JSON merge patch (RFC 7386) to a copy of a document: null removes, lists are replaced whole. */
export function applyMergePatch(document: Json, patch: Json): Json {
  if (!isPlainObject(patch)) return withoutNulls(patch)
  const out: { [key: string]: Json } = {}
  const old: { [key: string]: Json } = isPlainObject(document) ? document : {}
  for (const name of Object.keys(old)) {
    const change = Object.hasOwn(patch, name) ? patch[name] : undefined
    const value = old[name] as Json
    if (change === undefined) setMember(out, name, copy(value))
    else if (change !== null) setMember(out, name, applyMergePatch(value, change))
  }
  for (const name of Object.keys(patch)) {
    if (!Object.hasOwn(old, name) && patch[name] !== null) {
      setMember(out, name, withoutNulls(patch[name] as Json))
    }
  }
  return out
}

/** A copy without the members that are null; upstream takes them from objects inside new lists as well. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isPlainObject(value)) return value
  const out: { [key: string]: Json } = {}
  for (const [name, one] of Object.entries(value)) if (one !== null) setMember(out, name, withoutNulls(one))
  return out
}

type Members = { [key: string]: Json }

/** The merge patch that makes `next` of `old`; empty when they are the same. */
export function mergeDiff(old: Members, next: Members): Members {
  const patch: Members = {}
  for (const name of Object.keys(next)) {
    const [before, after] = [Object.hasOwn(old, name) ? old[name] : undefined, next[name] as Json]
    if (isPlainObject(before) && isPlainObject(after)) {
      const inner = mergeDiff(before, after)
      if (Object.keys(inner).length > 0) setMember(patch, name, inner)
    } else if (before === undefined || !equal(before, after)) setMember(patch, name, copy(after))
  }
  for (const name of Object.keys(old)) if (!Object.hasOwn(next, name)) setMember(patch, name, null)
  return patch
}

/** The part of a merge patch that removes, or the part that adds and changes. */
function only(patch: Members, part: 'removals' | 'changes'): Members {
  const out: Members = {}
  for (const [name, value] of Object.entries(patch)) {
    if (isPlainObject(value)) {
      const inner = only(value, part)
      if (Object.keys(inner).length > 0 || (part === 'changes' && Object.keys(value).length === 0)) {
        setMember(out, name, inner)
      }
    } else if ((value === null) === (part === 'removals')) setMember(out, name, value)
  }
  return out
}

/** Two merge patches as one; of what both name the second counts. */
function joined(first: Members, second: Members): Members {
  const out: Members = { ...first }
  for (const [name, value] of Object.entries(second)) {
    const before = Object.hasOwn(first, name) ? first[name] : undefined
    setMember(out, name, isPlainObject(before) && isPlainObject(value) ? joined(before, value) : value)
  }
  return out
}

/**
 * The merge patch that applying asks for: removes what was applied before (`original`) and is no more, and
 * changes what differs between `current` and `modified`. Other changes to `current` stay.
 */
export function threeWayMergePatch(original: Members, modified: Members, current: Members): Members {
  const changes = only(mergeDiff(current, modified), 'changes')
  const removals = only(mergeDiff(original, modified), 'removals')
  return joined(removals, changes)
}
