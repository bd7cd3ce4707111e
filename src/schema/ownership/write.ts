import type { Json } from '../object.ts'
import { type Comparison, compare } from './compare.ts'
import { type Fields, union, within, without } from './field-set.ts'
import type { Structure } from './structure.ts'

/** One version of a kind, as owners name it. */
export interface Version {
  readonly apiVersion: string
  readonly structure: Structure
}

/** Another version in which owners of the same object may speak. */
export interface OtherVersion extends Version {
  /** The object, as the writer's version has it, in this version. */
  convert(object: Json): Json
}

/** A write, as far as ownership is concerned. */
export interface Write {
  readonly version: Version
  /** Another version by its name; undefined for one that is not served (any more). */
  other(apiVersion: string): OtherVersion | undefined
  readonly manager: string
  readonly subresource: string
  /** Fields that this endpoint does not write, whatever is sent. */
  readonly ignored: Fields
  /** A pattern of the only fields that this endpoint writes; absent: it writes all but the ignored ones. */
  readonly only?: Fields
  /** Now, RFC 3339. */
  readonly time: string
}

/** What a write changes, less the fields that its endpoint does not write. */
export interface Change {
  /** Fields that have another value than before, or had none. */
  readonly set: Fields
  readonly removed: Fields
}

/** Those of the fields that the write's endpoint writes. */
export const writtenOf = (fields: Fields, { ignored, only }: Write): Fields =>
  within(without(fields, ignored), only)

const changeOf = (comparison: Comparison | undefined, write: Write): Change => ({
  set: writtenOf(union(comparison?.modified, comparison?.added), write),
  removed: writtenOf(comparison?.removed, write),
})

/** What a write changes, in any version that an owner speaks; undefined for a version that is not served. */
export function changesOf(write: Write, live: Json, next: Json): (apiVersion: string) => Change | undefined {
  const known = new Map<string, Change | undefined>()
  const own = write.version
  known.set(own.apiVersion, changeOf(compare(own.structure, live, next), write))
  return (apiVersion) => {
    if (!known.has(apiVersion)) {
      const other = write.other(apiVersion)
      const change =
        other && changeOf(compare(other.structure, other.convert(live), other.convert(next)), write)
      known.set(apiVersion, change)
    }
    return known.get(apiVersion)
  }
}
