import { ApiError, isApiError } from '#base/errors'
import type { Log } from '#base/log'
import { refuse } from '../answer.ts'
import { refusalForm } from '../negotiate.ts'
import { toApiError } from '../registry/store-errors.ts'
import type { Filter } from './filter.ts'

/** Turns refusals and failures of the store into Status answers, and whatever else is thrown into a 500 and a log line. */
export const panicGuard =
  (log: Log): Filter =>
  async (passing, next) => {
    const { request, info } = passing
    try {
      return await next(passing)
    } catch (thrown) {
      const error = toApiError(thrown, { group: info.group, resource: info.resource }, info.name)
      if (isApiError(error)) return refuse(error, refusalForm(request.headers, info.query))
      log.error('Request failed', {
        method: request.method,
        path: info.path,
        err: (error as Error).stack ?? String(error),
      })
      const { message } = error as Error
      const fault = new ApiError('InternalError', `Internal error occurred: ${message}`, {
        details: { causes: [{ message }] },
      })
      return refuse(fault, refusalForm(request.headers, info.query))
    }
  }
