import type { Json } from '../object.ts'
import { difference, type FieldSet, union } from './field-set.ts'
import { identityOf, losing, type Owner, type Owners, owning } from './owners.ts'
import { limitOwners } from './limit-owners.ts'
import { unowned } from './unowned.ts'
import { changesOf, type Write } from './write.ts'

/**
 * The owners after a write that is no apply: who wrote owns what the write set; everybody loses what it changed or
 * removed. The time is that of the last write which set something.
 */
export function recordUpdate(owners: Owners, write: Write, live: Json, next: Json): Owners {
  const changeAt = changesOf(write, live, next)
  const out = new Map<string, Owner>()
  for (const [identity, owner] of owners) {
    const change = changeAt(owner.apiVersion)
    const rest = change && losing(owner, union(change.set, change.removed))
    if (rest) out.set(identity, rest)
  }
  const mine = difference(changeAt(write.version.apiVersion)?.set, unowned)
  if (mine !== undefined) addWriter(out, write, mine)
  return limitOwners(out)
}

function addWriter(owners: Map<string, Owner>, write: Write, mine: FieldSet): void {
  const { manager, subresource, time, version } = write
  const writer = { manager, operation: 'Update', apiVersion: version.apiVersion, subresource } as const
  const identity = identityOf(writer)
  const fields = union(owners.get(identity)?.fields, mine)
  owners.set(identity, owning({ ...writer, time, fields: mine }, fields) as Owner)
}
