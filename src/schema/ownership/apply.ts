import { equal } from '../equal.ts'
import type { Json } from '../object.ts'
import { difference, type Fields, intersection, union } from './field-set.ts'
import { fieldsOf } from './fields-of.ts'
import { merge } from './merge.ts'
import { named } from './named.ts'
import { identityOf, losing, type Owner, type Owners, owning } from './owners.ts'
import { remove } from './remove.ts'
import type { Structure } from './structure.ts'
import { unowned } from './unowned.ts'
import { type Change, changesOf, type Write, writtenOf } from './write.ts'

/** Fields that an apply would take from an owner who did not agree. */
export interface Conflict {
  readonly owner: Owner
  readonly identity: string
  readonly fields: Fields
}

/** What an apply comes to: the object and its owners, or who stands against it. */
export type Applied =
  | { readonly conflicts: readonly Conflict[] }
  | { readonly object: Json; readonly owners: Owners; readonly isSame: boolean }

/**
 * Server-side apply: merges `config` into `live`, takes away what this manager applied before and no longer does, and
 * says who owns what afterwards. `config` must have been checked by its type (check.ts).
 */
export function apply(owners: Owners, write: Write, live: Json, config: Json, force: boolean): Applied {
  const { structure, apiVersion } = write.version
  const { manager, subresource } = write
  const self = { manager, operation: 'Apply', apiVersion, subresource } as const
  const identity = identityOf(self)
  const last = owners.get(identity)
  const mine = writtenOf(fieldsOf(structure, config), write)
  const others = new Map(owners)
  others.delete(identity)
  const merged = merge(structure, live, config) ?? {}
  const claimed = union(mine, fieldsAt(others, write))
  const object = last ? prune(structure, merged, lastFields(last, write), claimed) : merged
  const changeAt = changesOf(write, live, object)
  const conflicts = force ? [] : conflictsOf(others, changeAt)
  if (conflicts.length > 0) return { conflicts }
  const isSame = equal(live, object)
  const next = afterChange(others, changeAt)
  const time = isSame ? last?.time : write.time
  const owner = owning({ ...self, time, fields: {} }, difference(mine, unowned))
  if (owner) next.set(identity, owner)
  return { object, owners: next, isSame }
}

/** What a manager applied before, where its version is still this one. */
const lastFields = (last: Owner, { version }: Write): Fields =>
  last.apiVersion === version.apiVersion ? last.fields : undefined

/** The fields of all owners that speak the writer's version. */
function fieldsAt(owners: Owners, { version }: Write): Fields {
  let out: Fields
  for (const { apiVersion, fields } of owners.values()) {
    if (apiVersion === version.apiVersion) out = union(out, fields)
  }
  return out
}

/** Takes away what was applied last time and is claimed by nobody now. */
function prune(structure: Structure, merged: Json, last: Fields, claimed: Fields): Json {
  if (last === undefined) return merged
  const was = named(last, structure)
  const all = named(fieldsOf(structure, merged), structure)
  const left = named(fieldsOf(structure, remove(structure, merged, was)), structure)
  const withOwned = remove(structure, merged, difference(all, union(left, named(claimed, structure))))
  const stays = named(fieldsOf(structure, withOwned), structure)
  return remove(structure, merged, intersection(difference(all, stays), was))
}

function conflictsOf(owners: Owners, changeAt: (apiVersion: string) => Change | undefined): Conflict[] {
  const out: Conflict[] = []
  for (const [identity, owner] of owners) {
    const fields = intersection(owner.fields, changeAt(owner.apiVersion)?.set)
    if (fields !== undefined) out.push({ owner, identity, fields })
  }
  return out
}

/** The owners without what a change takes from them. */
function afterChange(
  owners: Owners,
  changeAt: (apiVersion: string) => Change | undefined,
): Map<string, Owner> {
  const out = new Map<string, Owner>()
  for (const [identity, owner] of owners) {
    const change = changeAt(owner.apiVersion)
    const rest = change && losing(owner, union(change.set, change.removed))
    if (rest) out.set(identity, rest)
  }
  return out
}
