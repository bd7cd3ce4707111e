import { ApiError, badRequest } from '#base/errors'
import type { HttpResponse, Sink } from '#base/http'
import type { Call } from '../call.ts'
import { type ReadOptions, readOptions } from '../options.ts'
import { uncached } from '../answer.ts'
import { candidates } from '../candidates.ts'
import { type Selection, selectionOf } from '../selection.ts'
import { WatchEncoder } from '../watch-cache/encoder.ts'
import { Watcher } from '../watch-cache/watcher.ts'
import type { Change } from '../watch-cache/change.ts'
import type { Entry } from '../watch-cache/entry.ts'
import { awaitFresh, awaitRevision } from './freshness.ts'

/** What a watch begins with: events for the state at a revision, then every change after it. */
interface Beginning {
  readonly initial: readonly Entry[]
  readonly changes: readonly Change[]
  readonly revision: number
}

/** GET with `watch`: an endless answer, one JSON line per change. */
export async function watch(call: Call): Promise<HttpResponse> {
  const { info, form, core } = call
  const options = readOptions(info.query, call.resource.ref)
  const byName = info.name === '' ? {} : { fieldSelector: withName(options.fieldSelector, info.name) }
  const selection = selectionOf(call.kind, { ...options, ...byName })
  const { timeoutSeconds } = options
  const { watchTimeoutMinMs } = core.parts.options
  const spread = watchTimeoutMinMs * (1 + core.parts.random.next())
  const timeoutMs = timeoutSeconds !== undefined && timeoutSeconds > 0 ? timeoutSeconds * 1000 : spread
  await settle(call, options)
  const contentType = form.encoding === 'json' ? form.contentType : `${form.contentType};stream=watch`
  return {
    status: 200,
    headers: { ...uncached, 'content-type': contentType },
    body: {
      start(sink: Sink): void {
        const watcher = new Watcher({
          call,
          options,
          selection,
          sink,
          timeoutMs,
          encoder: new WatchEncoder(call),
        })
        try {
          watcher.start(beginningOf(call, options, selection))
        } catch (error) {
          watcher.fail(error)
        }
      },
    },
  }
}

/** The selector of one name. @throws ApiError BadRequest when the client's own selector asks for another. */
function withName(selector: string, name: string): string {
  if (selector === '') return `metadata.name=${name}`
  const asksFor = (one: string) => one === `metadata.name=${name}` || one === `metadata.name==${name}`
  if (selector.split(',').some(asksFor)) return selector
  throw badRequest("fieldSelector metadata.name doesn't match requested name")
}

/** Waits for the state from which the watch starts. */
async function settle(call: Call, { resourceVersion, sendInitialEvents }: ReadOptions): Promise<void> {
  if (resourceVersion === undefined) await awaitFresh(call)
  else if (sendInitialEvents === true && resourceVersion > 0) await awaitRevision(call, resourceVersion)
}

/** Computed at the moment in which the watcher starts to listen, so that nothing falls between. */
function beginningOf(call: Call, options: ReadOptions, selection: Selection): Beginning {
  const { core, resource, info } = call
  const { resourceVersion, sendInitialEvents } = options
  const fromNow = resourceVersion === undefined || resourceVersion === 0
  if (sendInitialEvents === true || (fromNow && sendInitialEvents !== false)) {
    const among = candidates(call, resource.cache.current, selection)
    const initial = [...among.prefix(resource.prefixOf(info.namespace))].map(([, entry]) => entry)
    return { initial, changes: [], revision: core.feed.revision }
  }
  if (fromNow) return { initial: [], changes: [], revision: core.feed.revision }
  const { history } = resource.cache
  if (resourceVersion < history.start) {
    throw new ApiError('Expired', `too old resource version: ${resourceVersion} (${history.start})`)
  }
  return { initial: [], changes: history.after(resourceVersion), revision: resourceVersion }
}
