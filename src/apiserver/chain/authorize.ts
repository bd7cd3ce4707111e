import { ApiError, forbidden } from '#base/errors'
import type { Filter, Passing } from './filter.ts'

/** Decides what a user may do: one mode that allows is enough. Administrators and the insecure port may do everything. */
export const authorize =
  (modes: readonly string[]): Filter =>
  async (passing, next) => {
    const { request, info, user } = passing
    if (!request.peer.secure || user?.groups.includes('system:masters') === true) return next(passing)
    if (modes.includes('AlwaysAllow')) return next(passing)
    const who = `User ${JSON.stringify(user?.name)} cannot`
    const why = 'Everything is forbidden.'
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
