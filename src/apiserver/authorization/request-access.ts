import { type FieldSelector, exactValue, parseFieldSelector } from '#schema/field-selector'
import { parseLabelSelector } from '#schema/label-selector'
import { pathSegmentFaults } from '#schema/name-rules'
import type { Passing, User } from '../chain/filter.ts'
import type { RequestInfo } from '../request-info.ts'
import type { Access } from './contract.ts'

/** Verbs that may be narrowed to some of the objects. */
const narrowedVerbs: ReadonlySet<string> = new Set(['list', 'watch', 'deletecollection'])

/** What a request asks to be allowed. */
export function accessOf({ info, user }: Pick<Passing, 'info' | 'user'>): Access {
  const access = {
    user: user as User,
    verb: info.verb,
    isResource: info.isResource,
    group: info.group,
    version: info.version,
    namespace: info.namespace,
    resource: info.resource,
    subresource: info.subresource,
    name: info.name,
    path: info.path.includes('%') ? decodeURIComponent(info.path) : info.path,
  }
  if (!info.isResource || !narrowedVerbs.has(info.verb) || info.query.size === 0) return access
  return { ...access, ...narrowing(info) }
}

/** How the selectors of a request narrow it. One that cannot be read narrows nothing: the verb refuses it later. */
function narrowing(info: RequestInfo): Partial<Access> {
  const fields = readable(() => parseFieldSelector(info.query.get('fieldSelector') ?? '')) ?? []
  const labels = readable(() => parseLabelSelector(info.query.get('labelSelector') ?? '').requirements) ?? []
  const name = info.name === '' && info.verb !== 'deletecollection' ? nameIn(fields) : undefined
  if (hasVerbInPath(info)) return {}
  return {
    ...(name !== undefined && { name }),
    ...(fields.length > 0 && { fields }),
    ...(labels.length > 0 && { labels }),
  }
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The one object that a selector leaves. */
function nameIn(fields: FieldSelector): string | undefined {
  const name = exactValue(fields, 'metadata.name')
  return name !== undefined && name !== '' && pathSegmentFaults(name).length === 0 ? name : undefined
}

/** True for the old way of watching, in which the verb stands in the path. */
const hasVerbInPath = ({ path, group }: RequestInfo) => path.split('/')[group === '' ? 3 : 4] === 'watch'
