import { ApiError } from '#base/errors'
import type { Filter } from './filter.ts'

const readVerbs: ReadonlySet<string> = new Set(['get', 'list', 'watch'])

/** Limits how many reads and how many writes are under way at once; long-running requests do not count. 0 = no limit. */
export function inFlight(readsMax: number, writesMax: number): Filter {
  const limits = { read: { now: 0, max: readsMax }, write: { now: 0, max: writesMax } }
  return async (passing, next) => {
    const { info, request } = passing
    if (!info.isResource || isLongRunning(info.verb, info.subresource)) return next(passing)
    const limit = readVerbs.has(info.verb) ? limits.read : limits.write
    const isPrivileged = passing.user?.groups.includes('system:masters') === true && request.peer.secure
    if (limit.max > 0 && limit.now >= limit.max && !isPrivileged) throw tooMany()
    limit.now++
    try {
      return await next(passing)
    } finally {
      limit.now--
    }
  }
}

const tooMany = () =>
  new ApiError('TooManyRequests', 'Too many requests, please try again later.', {
    details: { retryAfterSeconds: 1 },
  })

/** Requests that last: they have no timeout and take no place among those that end soon. */
export const isLongRunning = (verb: string, subresource: string): boolean =>
  verb === 'watch' ||
  verb === 'proxy' ||
  ['exec', 'attach', 'portforward', 'log', 'proxy'].includes(subresource)
