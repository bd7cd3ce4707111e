import { equal } from './equal.ts'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'

/** What tells an element of a list apart: the value of its merge key, or the scalar itself. */
export function identityOf(element: Json, mergeKey: string): Json | undefined {
  if (mergeKey === '') return element
  return isPlainObject(element) ? element[mergeKey] : undefined
}

/** The place of an element of the same identity, or -1. */
export function placeOf(list: readonly Json[], element: Json, mergeKey: string): number {
  const identity = identityOf(element, mergeKey)
  return list.findIndex((one) => equal(identityOf(one, mergeKey), identity))
}

/** Orders a list as another one is. An element that the other one lacks stays before what it comes after. */
function sortedLike(list: readonly Json[], order: readonly Json[], mergeKey: string): Json[] {
  const sorted = list.map((one) => ({ one, place: placeOf(order, one, mergeKey) }))
  for (let i = 1; i < sorted.length; i++) {
    for (let j = i; j > 0; j--) {
      const [before, after] = [sorted[j - 1], sorted[j]] as [(typeof sorted)[0], (typeof sorted)[0]]
      // Upstream takes an element whose place is not known for the smaller one, whichever stands second.
      if (before.place >= 0 && after.place >= 0 && before.place <= after.place) break
      sorted[j - 1] = after
      sorted[j] = before
    }
  }
  return sorted.map(({ one }) => one)
}

/**
 * Orders a merged list: elements that the patch orders stand as it says; the server's other elements stand
 * where they stood relative to those, as far as that can be.
 */
export function ordered(
  merged: readonly Json[],
  patchOrder: readonly Json[],
  serverOrder: readonly Json[],
  mergeKey: string,
): Json[] {
  const isPatched = (one: Json) => placeOf(patchOrder, one, mergeKey) >= 0
  const patched = sortedLike(merged.filter(isPatched), patchOrder, mergeKey)
  const others = sortedLike(
    merged.filter((one) => !isPatched(one)),
    serverOrder,
    mergeKey,
  )
  const out: Json[] = []
  let [i, j] = [0, 0]
  while (i < others.length && j < patched.length) {
    const left = placeOf(serverOrder, others[i] as Json, mergeKey)
    const right = placeOf(serverOrder, patched[j] as Json, mergeKey)
    const isLeftFirst = left >= 0 && right >= 0 && left < right
    out.push((isLeftFirst ? others[i++] : patched[j++]) as Json)
  }
  return [...out, ...others.slice(i), ...patched.slice(j)]
}
