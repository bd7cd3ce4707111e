import type { Acknowledged, Seen } from './host/object-clients.ts'
import { isLinearizable } from './linearizable.ts'
import { objectModel } from './object-history.ts'

/** Everything that is wrong with what clients saw, in words. */
export function objectFaults(seen: Seen): string[] {
  return [...orderFaults(seen), ...revisionFaults(seen), ...listFaults(seen)]
}

function orderFaults({ histories }: Seen): string[] {
  const odd = [...histories].filter(([, history]) => !isLinearizable(history, objectModel))
  return odd.map(
    ([name]) => `the operations on ${name} have no order in which each could be answered as it was`,
  )
}

/** The newest revision that was acknowledged before a moment, for ascending moments. */
function newestBefore(acknowledged: readonly Acknowledged[]): (moment: number) => number {
  const byAnswer = acknowledged.toSorted((a, b) => a.answered - b.answered)
  let at = 0
  let newest = 0
  return (moment) => {
    for (; (byAnswer[at]?.answered ?? Infinity) < moment; at++)
      newest = Math.max(newest, byAnswer[at]?.revision ?? 0)
    return newest
  }
}

/** No two writes have one resourceVersion, and it rises from one write to the next. */
function revisionFaults({ acknowledged }: Seen): string[] {
  const faults: string[] = []
  const byRevision = new Map<number, string>()
  const newest = newestBefore(acknowledged)
  for (const { name, value, revision, called } of acknowledged.toSorted((a, b) => a.called - b.called)) {
    const other = byRevision.get(revision)
    if (other !== undefined) faults.push(`resourceVersion ${revision} was given to ${other} and to ${value}`)
    byRevision.set(revision, value)
    if (newest(called) >= revision)
      faults.push(`${name} got ${revision} after ${newest(called)} had been given`)
  }
  return faults
}

/** A list is as new as what was acknowledged before it, and shows of each object the newest state up to its revision. */
function listFaults({ acknowledged, lists }: Seen): string[] {
  const faults: string[] = []
  const revisions = new Map(acknowledged.map(({ value, revision }) => [value, revision]))
  const writes = Map.groupBy(acknowledged, ({ name }) => name)
  const newest = newestBefore(acknowledged)
  for (const { values, revision, called } of lists.toSorted((a, b) => a.called - b.called)) {
    if (revision < newest(called))
      faults.push(`a list at ${revision} came after ${newest(called)} was acknowledged`)
    for (const [name, value] of values) {
      const shown = revisions.get(value)
      if (shown === undefined) continue
      const newer = writes.get(name)?.find((one) => one.revision > shown && one.revision <= revision)
      if (newer) faults.push(`a list at ${revision} shows ${value} of ${shown} where ${newer.value} is newer`)
      if (shown > revision) faults.push(`a list at ${revision} shows ${value} of ${shown}`)
    }
  }
  return faults
}
