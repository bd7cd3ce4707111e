import { isApiError, methodNotAllowed } from '#base/errors'
import type { HttpResponse } from '#base/http'
import type { Call } from '../call.ts'
import { answerEntries } from '../present.ts'
import { deleteObject, deleteOptionsType } from './delete.ts'
import { deleteOptions } from './delete-options.ts'
import { listPage } from './list.ts'

/** DELETE of all objects that a list with the same parameters shows; those that another request takes first are passed over. */
export async function removeCollection(call: Call): Promise<HttpResponse> {
  const { info, kind } = call
  if (kind.namespaced && info.namespace === '') throw methodNotAllowed()
  const options = await deleteOptions(call, deleteOptionsType())
  const { entries, meta } = await listPage(call)
  for (const { namespace, name } of entries) {
    try {
      await deleteObject(call, namespace, name, options)
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
  }
  return answerEntries(call, entries, meta)
}
