import type { KubeObject, Meta } from '#schema/object'
import { type ManagedFieldsEntry, type Owners, readOwners, writeOwners } from '#schema/ownership/owners'
import { recordUpdate } from '#schema/ownership/record-update'
import type { Call } from '../call.ts'
import { plain, writeOf } from './write-of.ts'

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
    const before = plain(call.kind.type, old ?? { metadata: {} })
    const after = recordUpdate(owners, writeOf(call, fieldManager), before, plain(call.kind.type, next))
    setOwners(next.metadata, writeOwners(after))
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
  return sent.size > 0 ? sent : ownersOf(old)
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
