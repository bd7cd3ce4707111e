import { ApiError, badRequest } from '#base/errors'
import type { Clock } from '#base/clock'
import { isLongRunning } from './in-flight.ts'
import type { Filter } from './filter.ts'
import { parseDuration } from '#base/flags'

/** A write to one object has less time than other requests have. */
const writeMsMax = 34_000
const writes: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete'])

/** Answers 504 when a request takes longer than the server's limit, or the shorter one that `timeout` asks for. */
export const timeout =
  (clock: Clock, limitMs: number): Filter =>
  async (passing, next) => {
    const { info } = passing
    if (isLongRunning(info.verb, info.subresource)) return next(passing)
    const asked = info.query.get('timeout')
    const askedMs = asked === null || asked === '' ? limitMs : parseDuration(asked)
    if (askedMs === undefined)
      throw badRequest(
        `invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(asked)}`,
      )
    const longestMs = writes.has(info.verb) ? Math.min(limitMs, writeMsMax) : limitMs
    const waitMs = Math.min(longestMs, askedMs > 0 ? askedMs : longestMs)
    return new Promise((resolve, reject) => {
      const cancel = clock.after(waitMs, () => reject(tooSlow()), { unref: true })
      next(passing).then(resolve, reject).finally(cancel)
    })
  }

const tooSlow = () =>
  new ApiError(
    'Timeout',
    'Timeout: request did not complete within requested timeout - context deadline exceeded',
    { details: {} },
  )
