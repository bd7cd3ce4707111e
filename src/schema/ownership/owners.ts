import { compareBytes } from '#base/byte-order'
import { parseTime } from '#base/time'
import { difference, type Fields, type FieldSet } from './field-set.ts'
import { sorted } from './path-element.ts'

/** One entry of metadata.managedFields: who owns which fields, and by which kind of write. */
export interface Owner {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  /** RFC 3339; absent where no write has changed anything yet. */
  readonly time: string | undefined
  readonly subresource: string
  readonly fields: FieldSet
}

/** The owners of an object's fields, by identity. */
export type Owners = ReadonlyMap<string, Owner>

/** What tells owners apart: an applier is one whatever version it speaks. In upstream's form, which orders conflicts. */
export function identityOf(
  owner: Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>,
): string {
  const { manager, operation, apiVersion, subresource } = owner
  return JSON.stringify({
    ...(manager !== '' && { manager }),
    operation,
    ...(operation === 'Update' && { apiVersion }),
    ...(subresource !== '' && { subresource }),
  })
}

/** An entry as it stands in JSON. */
export interface ManagedFieldsEntry {
  manager?: string
  operation?: string
  apiVersion?: string
  time?: string | null
  fieldsType?: string
  fieldsV1?: unknown
  subresource?: string
}

const isSet = (value: unknown): value is FieldSet =>
  typeof value === 'object' && value !== null && Object.values(value).every(isSet)

/** Reads metadata.managedFields; undefined when an entry cannot be read. */
export function readOwners(entries: readonly ManagedFieldsEntry[]): Owners | undefined {
  const owners = new Map<string, Owner>()
  for (const entry of entries) {
    const {
      manager = '',
      operation,
      apiVersion = '',
      time,
      subresource = '',
      fieldsType,
      fieldsV1 = {},
    } = entry
    if ((operation !== 'Apply' && operation !== 'Update') || apiVersion === '') return undefined
    if (fieldsType !== 'FieldsV1' || !isSet(fieldsV1)) return undefined
    const owner = {
      manager,
      operation,
      apiVersion,
      time: time ?? undefined,
      subresource,
      fields: fieldsV1,
    } as const
    owners.set(identityOf(owner), owner)
  }
  return owners
}

/** When an owner last set something, in seconds; 0 where that is not known. */
export const secondsOf = ({ time }: Pick<Owner, 'time'>): number =>
  time === undefined ? 0 : (parseTime(time)?.seconds ?? 0)

function compareOwners(a: Owner, b: Owner): number {
  return (
    compareBytes(a.operation, b.operation) ||
    (a.time === b.time ? 0 : secondsOf(a) - secondsOf(b)) ||
    compareBytes(a.manager, b.manager) ||
    compareBytes(a.apiVersion, b.apiVersion) ||
    compareBytes(a.subresource, b.subresource)
  )
}

/** The owners as metadata.managedFields: appliers first, then by time. */
export function writeOwners(owners: Owners): ManagedFieldsEntry[] {
  return [...owners.values()].sort(compareOwners).map((owner) => ({
    ...(owner.manager !== '' && { manager: owner.manager }),
    operation: owner.operation,
    apiVersion: owner.apiVersion,
    ...(owner.time !== undefined && { time: owner.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: owner.fields,
    ...(owner.subresource !== '' && { subresource: owner.subresource }),
  }))
}

/** An owner with other fields, in upstream's order; undefined when it owns nothing. */
export const owning = (owner: Owner, fields: Fields): Owner | undefined =>
  fields === undefined || Object.keys(fields).length === 0 ? undefined : { ...owner, fields: sorted(fields) }

/** An owner that has lost fields: itself when it had none of them, undefined when nothing is left. */
export function losing(owner: Owner, lost: Fields): Owner | undefined {
  const rest = difference(owner.fields, lost)
  if (rest === owner.fields) return owner
  return rest === undefined ? undefined : { ...owner, fields: rest }
}
