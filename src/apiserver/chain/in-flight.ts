import type { HttpResponse } from '#base/http'
import { uncached } from '../answer.ts'
import type { Filter, Passing } from './filter.ts'

const readVerbs: ReadonlySet<string> = new Set(['get', 'list', 'watch'])

/** Whoever looks after the server must get an answer above all when it has much to do. */
const probes: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz'])

/** Limits how many reads and how many writes are under way at once; long-running requests do not count. 0 = no limit. */
export function inFlight(readsMax: number, writesMax: number): Filter {
  const limits = { read: { now: 0, max: readsMax }, write: { now: 0, max: writesMax } }
  return async (passing, next) => {
    const { info } = passing
    if (isLongRunning(info.verb, info.subresource) || isExempt(passing)) return next(passing)
    const limit = readVerbs.has(info.verb) ? limits.read : limits.write
    if (limit.max > 0 && limit.now >= limit.max) return tooMany
    limit.now++
    try {
      return await next(passing)
    } finally {
      limit.now--
    }
  }
}

/** True for probes, and for the administrators of the secure port. */
const isExempt = ({ info, request, user }: Passing): boolean =>
  probes.has(info.path) || (user?.groups.includes('system:masters') === true && request.peer.secure)

/** Upstream says so in plain text, before it has looked at what the client would like to read. */
const tooMany: HttpResponse = {
  status: 429,
  headers: {
    ...uncached,
    'content-type': 'text/plain; charset=utf-8',
    'retry-after': '1',
    'x-content-type-options': 'nosniff',
  },
  body: Buffer.from('Too many requests, please try again later.\n'),
}

/** Requests that last: they have no timeout and take no place among those that end soon. */
export const isLongRunning = (verb: string, subresource: string): boolean =>
  verb === 'watch' ||
  verb === 'proxy' ||
  ['exec', 'attach', 'portforward', 'log', 'proxy'].includes(subresource)
