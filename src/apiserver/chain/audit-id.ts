import type { Random } from '#base/random'
import type { Filter } from './filter.ts'

/** Gives every request an id that client and log can name; a client's own is kept. */
export const auditId =
  (random: Random): Filter =>
  async (passing, next) => {
    const id = passing.request.headers['audit-id'] ?? random.uuid()
    const answer = await next({ ...passing, auditId: id })
    return { ...answer, headers: { 'audit-id': id, ...answer.headers } }
  }
