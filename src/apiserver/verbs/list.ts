import { prefixEnd } from '#base/byte-order'
import { expired } from '#base/errors'
import type { HttpResponse } from '#base/http'
import type { SortedMap } from '#base/sorted-map'
import type { Call } from '../call.ts'
import { decodeContinue, encodeContinue } from '../continue-token.ts'
import { type ReadOptions, readOptions } from '../options.ts'
import { answerEntries, type ListMeta } from '../present.ts'
import { listTooOld } from '../registry/store-errors.ts'
import { candidates } from '../candidates.ts'
import { type Selection, selectionOf } from '../selection.ts'
import type { Entry } from '../watch-cache/entry.ts'
import { awaitFresh, awaitRevision } from './freshness.ts'

const continueTooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.'

/** The state that a list is taken from. */
interface Snapshot {
  readonly root: SortedMap<Entry>
  readonly revision: number
  readonly from: string
}

/** What of a collection is listed. */
interface Page {
  readonly entries: readonly Entry[]
  readonly meta: ListMeta
}

/** GET of a collection: one state, filtered, cut into pages. */
export async function list(call: Call): Promise<HttpResponse> {
  const { entries, meta } = await listPage(call)
  return answerEntries(call, entries, meta)
}

/** The objects that a request's parameters choose, and where they go on. */
export async function listPage(call: Call): Promise<Page> {
  const options = readOptions(call.info.query)
  const selection = selectionOf(call.kind, options)
  const snapshot = await snapshotFor(call, options)
  // A list of whatever there is comes whole.
  const limit = options.resourceVersion === 0 ? 0 : options.limit
  return pageOf(call, snapshot, selection, limit)
}

async function snapshotFor(call: Call, options: ReadOptions): Promise<Snapshot> {
  const { core, info, resource } = call
  const prefix = resource.prefixOf(info.namespace)
  if (options.continueToken !== '') return continued(call, options.continueToken, prefix)
  const wanted = options.resourceVersion
  if (wanted === undefined) await awaitFresh(call)
  else if (wanted > 0) await awaitRevision(call, wanted)
  // With a limit, a plain resourceVersion stands for exactly that one.
  const isExact = options.match === 'Exact' || (options.match === undefined && options.limit > 0)
  if (isExact && wanted !== undefined && wanted > 0) {
    const root = await stateAt(call, wanted)
    if (root === undefined) throw listTooOld()
    return { root, revision: wanted, from: prefix }
  }
  return { root: resource.cache.current, revision: core.feed.revision, from: prefix }
}

async function continued(call: Call, token: string, prefix: string): Promise<Snapshot> {
  const { resource, core } = call
  const { revision, start } = decodeContinue(token)
  const from = prefix + start
  if (revision < 0) {
    await awaitFresh(call)
    return { root: resource.cache.current, revision: core.feed.revision, from }
  }
  const root = await stateAt(call, revision)
  if (root !== undefined) return { root, revision, from }
  throw expired(continueTooOld, encodeContinue({ revision: -1, start: start.replace(/\0$/, '') }))
}

/** The collection as it was: from memory, or from the store, which may remember more. */
async function stateAt({ resource, info }: Call, revision: number): Promise<SortedMap<Entry> | undefined> {
  const held = resource.cache.history.stateAt(revision)
  return held ?? resource.stateAt(resource.prefixOf(info.namespace), revision)
}

function pageOf(call: Call, { root, revision, from }: Snapshot, selection: Selection, limit: number): Page {
  const prefix = call.resource.prefixOf(call.info.namespace)
  const entries: Entry[] = []
  let last: string | undefined
  let more = false
  candidates(call, root, selection).visit(from, prefixEnd(prefix), (key, entry) => {
    if (!selection.matches(entry)) return true
    if (limit > 0 && entries.length === limit) {
      more = true
      return false
    }
    entries.push(entry)
    last = key
    return true
  })
  const resourceVersion = String(revision)
  if (!more || last === undefined) return { entries, meta: { resourceVersion } }
  const meta: ListMeta = {
    resourceVersion,
    continue: encodeContinue({ revision, start: last.slice(prefix.length) }),
  }
  if (!selection.isEverything) return { entries, meta }
  return { entries, meta: { ...meta, remainingItemCount: root.count(`${last}\0`, prefixEnd(prefix)) } }
}
