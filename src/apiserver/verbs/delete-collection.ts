import { isApiError, methodNotAllowed } from '#base/errors'
import type { HttpResponse } from '#base/http'
import type { Call } from '../call.ts'
import { readOptions } from '../options.ts'
import { answerEntries } from '../present.ts'
import { selectionOf } from '../selection.ts'
import { deleteObject, deleteOptionsType } from './delete.ts'
import { deleteOptions } from './delete-options.ts'

/** DELETE of all objects that the selectors choose; those that another request takes first are passed over. */
export async function removeCollection(call: Call): Promise<HttpResponse> {
  const { core, info, kind, resource } = call
  if (kind.namespaced && info.namespace === '') throw methodNotAllowed()
  const selection = selectionOf(kind, readOptions(info.query))
  const options = await deleteOptions(call, deleteOptionsType())
  await core.feed.fresh(3_000)
  const chosen = [...resource.cache.current.prefix(resource.prefixOf(info.namespace))]
    .map(([, entry]) => entry)
    .filter((entry) => selection.matches(entry))
  for (const { namespace, name } of chosen) {
    try {
      await deleteObject(call, namespace, name, options)
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
  }
  return answerEntries(call, chosen, { resourceVersion: String(core.feed.revision) })
}
