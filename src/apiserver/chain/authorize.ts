import { ApiError, forbidden } from '#base/errors'
import type { Filter, Passing } from './filter.ts'
import { mayDo } from './may-do.ts'

/** Lets through what a user may do. The insecure port may do everything. */
export const authorize =
  (modes: readonly string[]): Filter =>
  async (passing, next) => {
    const { request, info, user } = passing
    const { allowed, reason: why } = mayDo(modes, user)
    if (!request.peer.secure || allowed) return next(passing)
    const who = `User ${JSON.stringify(user?.name)} cannot`
    if (!info.isResource) {
      const path = `${who} ${info.verb} path ${JSON.stringify(info.path)}`
      throw new ApiError('Forbidden', `forbidden: ${path}: ${why}`, { details: {} })
    }
    const what = `${who} ${info.verb} resource ${JSON.stringify(resourceOf(passing))}`
    const where = `in API group ${JSON.stringify(info.group)} ${scopeOf(passing)}`
    throw forbidden({ group: info.group, resource: info.resource }, info.name, `${what} ${where}: ${why}`)
  }

const resourceOf = ({ info }: Passing) =>
  info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`

const scopeOf = ({ info }: Passing) =>
  info.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(info.namespace)}`
