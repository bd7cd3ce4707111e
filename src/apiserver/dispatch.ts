import { methodNotAllowed, noRoute } from '#base/errors'
import type { HttpResponse } from '#base/http'
import type { Call, Core } from './call.ts'
import type { Passing } from './chain/filter.ts'
import type { Subresource } from './contract.ts'
import { negotiate } from './negotiate.ts'
import type { RequestInfo } from './request-info.ts'
import { subresourceCall } from './subresource-call.ts'
import { create } from './verbs/create.ts'
import { remove } from './verbs/delete.ts'
import { removeCollection } from './verbs/delete-collection.ts'
import { get } from './verbs/get.ts'
import { list } from './verbs/list.ts'
import { patch } from './verbs/patch.ts'
import { update } from './verbs/update.ts'
import { watch } from './verbs/watch.ts'
import { virtualVerbs } from './virtual/index.ts'
import { views } from './views/index.ts'

type Verb = (call: Call) => Promise<HttpResponse>

const verbs: Readonly<Record<string, Verb>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
}

/** Verbs of views such as status: the object's own verbs, told apart by the rules. */
const viewVerbs: ReadonlySet<string> = new Set(['get', 'update', 'patch'])

/** Answers a request for a resource. @throws ApiError for everything that it refuses. */
export async function dispatch(core: Core, passing: Passing): Promise<HttpResponse> {
  const { info } = passing
  const call = callOf(core, passing)
  if (info.subresource !== '') return dispatchSubresource(call)
  const verb = verbsOf(call)[info.verb]
  if (verb === undefined || !(isServed(call) && fitsPath(call))) throw methodNotAllowed()
  return verb(call)
}

/** The call that a request is. @throws ApiError NotFound for a resource that is not served. */
export function callOf(core: Core, { request, info, warnings, user, audit }: Passing): Call {
  const resource = core.registry.find(info.group, info.version, info.resource)
  if (resource === undefined || (info.namespace !== '' && !isNamespacePath(resource.kind, info)))
    throw noRoute()
  const form = negotiate(request.headers, info.query, { transforms: true, streams: info.verb === 'watch' })
  return { core, request, info, resource, kind: resource.kind, form, warnings, user, audit: audit?.trail }
}

/** What can be done with a kind: by the verbs of kinds that are kept, or by its own. */
const verbsOf = ({ kind }: Call) => virtualVerbs[`${kind.group}/${kind.plural}`] ?? verbs

/** A namespace in the path goes with namespaced kinds, and with the namespace object itself. */
const isNamespacePath = (kind: Call['kind'], info: RequestInfo) =>
  kind.namespaced || (kind.containsOthers === true && info.namespace === info.name)

function isServed({ kind, info }: Call): boolean {
  return kind.verbs.includes(info.verb)
}

/** Objects of namespaced kinds are reached through their namespace. */
function fitsPath({ kind, info }: Call): boolean {
  if (info.verb === 'create') return info.name === ''
  if (info.verb === 'list' || info.verb === 'watch' || info.verb === 'deletecollection') return true
  return info.name !== '' && (!kind.namespaced || info.namespace !== '')
}

async function dispatchSubresource(call: Call): Promise<HttpResponse> {
  const { core, info, kind } = call
  const facts = kind.subresources.find((one) => one.name === info.subresource)
  if (facts === undefined || (info.tail !== '' && facts.pathTail !== true)) throw noRoute()
  const behaviour = core.parts.subresources[info.subresource]
  const allowed =
    facts.connect === undefined
      ? facts.verbs.includes(info.verb)
      : facts.connect.includes(call.request.method)
  if (!allowed) throw methodNotAllowed()
  if (behaviour !== undefined) return behaviour.handle(subresourceCall(call))
  const view = views[info.subresource]
  if (view !== undefined) return view(call)
  const verb = viewVerbs.has(info.verb) ? verbs[info.verb] : undefined
  if (verb === undefined) throw methodNotAllowed()
  return verb(call)
}

/** The behaviour that takes over an upgraded connection, with its call. @throws ApiError when there is none. */
export function upgradeOf(core: Core, passing: Passing): { behaviour: Required<Subresource>; call: Call } {
  const { request, info } = passing
  const asked = { ...request, headers: { ...request.headers, accept: '*/*' } }
  const call = callOf(core, { ...passing, request: asked })
  const facts = call.kind.subresources.find((one) => one.name === info.subresource)
  const behaviour = core.parts.subresources[info.subresource]
  if (facts?.connect?.includes(request.method) !== true || behaviour?.upgrade === undefined) throw noRoute()
  return { behaviour: behaviour as Required<Subresource>, call }
}
