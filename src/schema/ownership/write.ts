import type { Json } from '../object.ts'
import { type Comparison, compare } from './compare.ts'
import { type Fields, union, without } from './field-set.ts'
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
  /** Now, RFC 3339. */
  readonly time: string
}

/** What a write changes, less the fields that its endpoint does not write. */
export interface Change {
  /** Fields that have another value than before, or had none. */
  readonly set: Fields
  readonly removed: Fields
}

const changeOf = (comparison: Comparison | undefined, ignored: Fields): Change => ({
  set: without(union(comparison?.modified, comparison?.added), ignored),
  removed: without(comparison?.removed, ignored),
})

/** What a write changes, in any version that an owner speaks; undefined for a version that is not served. */
export function changesOf(write: Write, live: Json, next: Json): (apiVersion: string) => Change | undefined {
  const known = new Map<string, Change | undefined>()
  const own = write.version
  known.set(own.apiVersion, changeOf(compare(own.structure, live, next), write.ignored))
  return (apiVersion) => {
    if (!known.has(apiVersion)) {
      const other = write.other(apiVersion)
      const change =
        other && changeOf(compare(other.structure, other.convert(live), other.convert(next)), write.ignored)
      known.set(apiVersion, change)
    }
    return known.get(apiVersion)
  }
}
