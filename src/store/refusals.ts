import { type Item, StoreError } from './contract.ts'

/** Etcd's limit for one request. */
export const valueBytesMaxDefault = 1.5 * 1024 * 1024

/** @throws StoreError tooLarge when a value is over the limit. */
export function refuseLarge(key: string, value: Uint8Array, valueBytesMax = valueBytesMaxDefault): void {
  if (value.length <= valueBytesMax) return
  throw new StoreError(
    'tooLarge',
    `the value at ${JSON.stringify(key)} is too large: ${value.length} bytes, at most ${valueBytesMax}`,
  )
}

/** @throws StoreError exists when there is an item. */
export function requireAbsent(key: string, current: Item | undefined): void {
  if (!current) return
  throw new StoreError('exists', `key ${JSON.stringify(key)} exists`, { revision: current.revision, current })
}

/** @throws StoreError notFound without an item, conflict when it was written at another revision. */
export function requireCurrent(
  key: string,
  current: Item | undefined,
  expected: number,
): asserts current is Item {
  if (!current) throw new StoreError('notFound', `key ${JSON.stringify(key)} not found`)
  if (current.revision === expected) return
  throw new StoreError(
    'conflict',
    `key ${JSON.stringify(key)} was written at revision ${current.revision}, not ${expected}`,
    { revision: current.revision, current },
  )
}

/** @throws StoreError futureRevision for a revision that has not come yet. */
export function refuseFuture(revision: number, newest: number): void {
  if (revision <= newest) return
  throw new StoreError('futureRevision', `revision ${revision} is in the future, the newest is ${newest}`, {
    revision: newest,
  })
}

/** @throws StoreError compacted for a revision that history no longer covers. */
export function refuseCompacted(revision: number, compacted: number): void {
  if (revision >= compacted) return
  throw new StoreError('compacted', `revision ${revision} has been compacted, the oldest is ${compacted}`, {
    revision: compacted,
  })
}

/** @throws StoreError compacted when history up to a revision has been forgotten already. */
export function refuseRepeated(revision: number, compacted: number): void {
  if (revision > compacted) return
  throw new StoreError('compacted', `revision ${revision} has been compacted already`, {
    revision: compacted,
  })
}
