import type { ResourceCache } from '../watch-cache/cache.ts'
import type { Entry } from '../watch-cache/entry.ts'

/** What is made of the objects of a cache and changes with them. */
export interface Follower {
  put(entry: Entry): void
  remove(entry: Entry): void
  /** Everything begins anew. */
  clear(): void
}

/** Keeps something current with a cache: whoever is told of a write can rely on it. */
export function follow(cache: ResourceCache, follower: Follower): void {
  const fill = () => {
    follower.clear()
    for (const [, entry] of cache.current.entries()) follower.put(entry)
  }
  fill()
  cache.listen(
    (changes) => {
      for (const { type, entry } of changes) {
        if (type === 'DELETED') follower.remove(entry)
        else follower.put(entry)
      }
    },
    fill,
    () => {},
  )
}
