import { ApiError, isApiError } from '#base/errors'
import type { Log } from '#base/log'
import { refuse } from '../answer.ts'
import { refusalForm } from '../negotiate.ts'
import type { Filter } from './filter.ts'

/** Turns refusals into Status answers, and anything else that is thrown into a 500 with a line in the log. */
export const panicGuard =
  (log: Log): Filter =>
  async (passing, next) => {
    const { request, info } = passing
    try {
      return await next(passing)
    } catch (error) {
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
