import { ApiError, badRequest } from '#base/errors'
import type { HttpResponse, Sink } from '#base/http'
import type { Call } from '../call.ts'
import { type ReadOptions, readOptions } from '../options.ts'
import { uncached } from '../answer.ts'
import { candidates } from '../candidates.ts'
import { type Selection, selectionOf } from '../selection.ts'
import { WatchEncoder } from '../watch-cache/encoder.ts'
import { WatchView } from '../watch-cache/view.ts'
import { Watcher, type WatchStart } from '../watch-cache/watcher.ts'
import { awaitFresh, awaitRevision } from './freshness.ts'

/** GET with `watch`: an endless answer, one JSON line per change. */
export async function watch(call: Call): Promise<HttpResponse> {
  const { info, form, core } = call
  const options = readOptions(info.query, call.resource.ref)
  const fieldSelector = info.name === '' ? options.fieldSelector : withName(options.fieldSelector, info.name)
  const { labelSelector, timeoutSeconds, bookmarks } = options
  const selection = selectionOf(call.kind, { labelSelector, fieldSelector })
  const { watchTimeoutMinMs } = core.parts.options
  const spread = watchTimeoutMinMs * (1 + core.parts.random.next())
  const timeoutMs = timeoutSeconds !== undefined && timeoutSeconds > 0 ? timeoutSeconds * 1000 : spread
  await settle(call, options)
  const view = new WatchView(new WatchEncoder(call), call.resource.prefixOf(info.namespace), selection)
  const fanKey = JSON.stringify([view.encoder.form, view.prefix, labelSelector, fieldSelector])
  const contentType = form.encoding === 'json' ? form.contentType : `${form.contentType};stream=watch`
  return {
    status: 200,
    headers: { ...uncached, 'content-type': contentType },
    body: {
      start(sink: Sink): void {
        const watcher = new Watcher({ call, view, fanKey, sink, timeoutMs, bookmarks })
        try {
          watcher.start(startOf(call, options, selection))
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
function startOf(call: Call, options: ReadOptions, selection: Selection): WatchStart {
  const { core, resource, info } = call
  const { resourceVersion, sendInitialEvents, bookmarks } = options
  const endsInitial = sendInitialEvents === true && bookmarks
  const fromNow = resourceVersion === undefined || resourceVersion === 0
  if (sendInitialEvents === true || (fromNow && sendInitialEvents !== false)) {
    const among = candidates(call, resource.cache.current, selection)
    const initial = among.prefix(resource.prefixOf(info.namespace))
    return { initial, endsInitial, revision: core.feed.revision }
  }
  if (fromNow) return { initial: [], endsInitial, revision: core.feed.revision }
  const { history } = resource.cache
  if (resourceVersion < history.start) {
    throw new ApiError('Expired', `too old resource version: ${resourceVersion} (${history.start})`)
  }
  return { initial: [], endsInitial, revision: resourceVersion }
}
