import { notFound } from '#base/errors'
import type { HttpResponse } from '#base/http'
import type { Call } from '../call.ts'
import { readOptions } from '../options.ts'
import { answerObject } from '../present.ts'
import { awaitRevision, freshWithinMs } from './freshness.ts'

/** GET of one object: its bytes, as fresh as asked. */
export async function get(call: Call): Promise<HttpResponse> {
  const { core, info, resource } = call
  const { resourceVersion } = readOptions(info.query)
  if (resourceVersion === undefined) {
    // The store's own answer when the cache is behind for long.
    if (!(await core.feed.fresh(freshWithinMs))) {
      return answerObject(call, await resource.get(info.namespace, info.name), 200)
    }
  } else if (resourceVersion > 0) await awaitRevision(call, resourceVersion)
  const entry = resource.peek(info.namespace, info.name)
  if (entry === undefined) throw notFound(resource.ref, info.name)
  return answerObject(call, entry, 200)
}
