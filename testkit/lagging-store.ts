import type { Clock } from '#base/clock'
import type { Store, Watcher } from '#store'

/** A store whose watches tell everything late, in order: another process far away has written. */
export function laggingStore(store: Store, clock: Clock, lagMs: number): Store {
  const late = (watcher: Watcher): Watcher => {
    const after = (run: () => void) => void clock.after(lagMs, run)
    return {
      events: (batch, revision) => after(() => watcher.events(batch, revision)),
      progress: (revision) => after(() => watcher.progress(revision)),
      ended: (error) => after(() => watcher.ended(error)),
    }
  }
  return {
    get: (key) => store.get(key),
    list: (prefix, options) => store.list(prefix, options),
    create: (key, value, options) => store.create(key, value, options),
    update: (key, value, expected, options) => store.update(key, value, expected, options),
    delete: (key, expected) => store.delete(key, expected),
    watch: (prefix, revision, watcher) => store.watch(prefix, revision, late(watcher)),
    compact: (revision) => store.compact(revision),
    revision: () => store.revision(),
    health: () => store.health(),
    size: () => store.size(),
    close: () => store.close(),
  }
}
