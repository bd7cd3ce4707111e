import { notFound } from '#base/errors'
import type { HttpResponse } from '#base/http'
import type { Call } from '../call.ts'
import { readOptions } from '../options.ts'
import { answerObject } from '../present.ts'
import type { Entry } from '../watch-cache/entry.ts'
import { awaitRevision, freshWithinMs } from './freshness.ts'

/** GET of one object: its bytes, as fresh as asked. */
export async function get(call: Call): Promise<HttpResponse> {
  return answerObject(call, await readEntry(call), 200)
}

/** The object that the path names, as fresh as asked. @throws ApiError NotFound. */
export async function readEntry(call: Call): Promise<Entry> {
  const { core, info, resource } = call
  const { resourceVersion } = readOptions(info.query)
  if (resourceVersion === undefined) {
    // The store's own answer when the cache is behind for long.
    if (!(await core.feed.fresh(freshWithinMs))) return resource.get(info.namespace, info.name)
  } else if (resourceVersion > 0) await awaitRevision(call, resourceVersion)
  const entry = resource.peek(info.namespace, info.name)
  if (entry === undefined) throw notFound(resource.ref, info.name)
  return entry
}
