import {
  ApiError,
  alreadyExists,
  conflict,
  expired,
  modified,
  notFound,
  type ResourceRef,
} from '#base/errors'
import { isStoreError } from '#store'

/** The refusal of a list at a revision that history no longer covers. */
export const listTooOld = () => expired('The resourceVersion for the provided list is too old.')

/** A store's failure as the API's refusal: the one place where the two meet. Other errors pass through. */
export function toApiError(error: unknown, ref: ResourceRef, name: string): unknown {
  if (!isStoreError(error)) return error
  const cause = { cause: error }
  switch (error.code) {
    case 'notFound':
      return notFound(ref, name)
    case 'exists':
      return alreadyExists(ref, name)
    case 'conflict':
      return conflict(ref, name, modified)
    case 'compacted':
      return listTooOld()
    case 'futureRevision':
      return new ApiError('Timeout', error.message, { ...cause, details: { retryAfterSeconds: 1 } })
    case 'tooLarge':
      return new ApiError('RequestEntityTooLarge', `etcdserver: request is too large`, cause)
    case 'full':
      return new ApiError(
        'InternalError',
        `the store is full and takes only deletions: ${error.message}`,
        cause,
      )
    case 'slow':
    case 'unavailable':
      return new ApiError('ServerTimeout', `the store did not answer: ${error.message}`, {
        ...cause,
        details: { retryAfterSeconds: 1 },
      })
  }
}
