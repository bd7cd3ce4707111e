import { SortedMap } from '#base/sorted-map'
import type { Call } from './call.ts'
import type { Selection } from './selection.ts'
import type { Entry } from './watch-cache/entry.ts'

/**
 * What a selection has to look at of a state: one object where it names it, those of an index where there is one (which
 * knows only the present), everything otherwise.
 */
export function candidates(
  { info, kind, resource }: Pick<Call, 'info' | 'kind' | 'resource'>,
  root: SortedMap<Entry>,
  { name, equal }: Selection,
): SortedMap<Entry> {
  if (name !== undefined && (info.namespace !== '' || !kind.namespaced)) {
    const key = resource.keyOf(info.namespace, name)
    const entry = root.get(key)
    const none = SortedMap.empty<Entry>()
    return entry === undefined ? none : none.set(key, entry)
  }
  if (root !== resource.cache.current) return root
  for (const { field, value } of equal) {
    const having = resource.cache.having(field, value)
    if (having !== undefined) return having
  }
  return root
}
