import type { Call, Core } from './call.ts'
import type { Resource } from './registry/resource.ts'
import { type RequestInfo, requestInfo } from './request-info.ts'

/** A call that the server makes to itself, for objects that it keeps of its own accord. */
export function internalCall(
  core: Core,
  resource: Resource,
  method: string,
  name = '',
  namespace = '',
): Call {
  const { kind } = resource
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  const place = namespace === '' ? root : `${root}/namespaces/${namespace}`
  const info = requestInfo(method, `${place}/${kind.plural}${name === '' ? '' : `/${name}`}`) as RequestInfo
  const request = { method, url: info.path, headers: { 'user-agent': 'kube-apiserver' } }
  return { core, resource, kind, warnings: [], info, request } as unknown as Call
}
