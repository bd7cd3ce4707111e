import { equal } from '#schema/equal'
import type { Json, KubeObject, Meta } from '#schema/object'
import { isMember } from '#schema/ownership/field-set'
import { ItemError } from '#schema/ownership/items'
import { type ManagedFieldsEntry, type Owners, readOwners, writeOwners } from '#schema/ownership/owners'
import { nameElement } from '#schema/ownership/path-element'
import { recordUpdate } from '#schema/ownership/record-update'
import type { Write } from '#schema/ownership/write'
import type { Call } from '../call.ts'
import { emptyPlain, plain, writeOf } from './write-of.ts'

/** Sets the owners of an object about to be written, knowing the one that is stored. */
export type Own = (next: KubeObject, old: KubeObject | undefined) => void

const nobody: Owners = new Map()

/** Nobody's name goes onto the write: the owners stay who they were. */
export const keepOwners: Own = ({ metadata }, old) => setOwners(metadata, old?.metadata.managedFields)

/** Who writes by create, update or patch owns what the write sets. */
export function ownedByWriter(call: Call, fieldManager: string): Own {
  if (call.core.parts.presentation?.tracksOwners === false) return keepOwners
  return (next, old) => {
    const owners = ownersBefore(call, next.metadata, old?.metadata)
    // An object whose owners were taken away stays without until it is applied.
    if (old !== undefined && owners.size === 0) return setOwners(next.metadata, undefined)
    const write = writeOf(call, fieldManager)
    const seen = (object: KubeObject) => plain(call.kind.type, seenPart(object, write, owners))
    const before = old ? seen(old) : emptyPlain(call.kind)
    setOwners(next.metadata, writeOwners(recorded(owners, write, before, seen(next))))
  }
}

/**
 * An object without the members that the write's endpoint leaves alone: nothing changes hands there, so they need no
 * comparison. Another version of the object can only be made of the whole.
 */
function seenPart(object: KubeObject, { ignored, version }: Write, owners: Owners): KubeObject {
  for (const owner of owners.values()) if (owner.apiVersion !== version.apiVersion) return object
  const part: Record<string, unknown> = {}
  for (const name in object) {
    if (name === 'metadata' || !isMember(ignored?.[nameElement(name)]))
      part[name] = object[name as 'metadata']
  }
  return part as unknown as KubeObject
}

/** The owners after a write; nobody's where the items of a list cannot be told apart. */
function recorded(owners: Owners, write: Write, before: Json, next: Json): Owners {
  try {
    return recordUpdate(owners, write, before, next)
  } catch (error) {
    if (error instanceof ItemError) return nobody
    throw error
  }
}

/** Reads owners that cannot be wrong; those of an object in which they are wrong are forgotten. */
export const ownersOf = (metadata: Meta | undefined): Owners =>
  readOwners((metadata?.managedFields ?? []) as ManagedFieldsEntry[]) ?? nobody

/** The owners from which a write begins: the client may rewrite them, or clear them with an empty entry. */
function ownersBefore({ info }: Call, next: Meta, old: Meta | undefined): Owners {
  if (info.subresource !== '') return ownersOf(old)
  if (isReset(next.managedFields)) return nobody
  const sent = ownersOf(next)
  // The same owners may come in another order.
  return sent.size === 0 || equal(next.managedFields, old?.managedFields) ? ownersOf(old) : sent
}

function isReset(entries: readonly object[] | undefined): boolean {
  if (entries === undefined) return false
  return entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] as object).length === 0)
}

/** Writes the owners into the metadata, or takes them out. */
export function setOwners(metadata: Meta, entries: readonly object[] | undefined): void {
  if (entries === undefined || entries.length === 0) delete metadata.managedFields
  else metadata.managedFields = [...entries]
}
