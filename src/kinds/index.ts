import { lease } from './coordination/lease.ts'
import { configMap } from './core/config-map.ts'
import { endpoints } from './core/endpoints.ts'
import { event } from './core/event.ts'
import { namespace } from './core/namespace.ts'
import { node } from './core/node.ts'
import { pod } from './core/pod/index.ts'
import { secret } from './core/secret.ts'
import { service } from './core/service.ts'
import { serviceAccount } from './core/service-account.ts'
import type { KindDef } from './define.ts'
import { eventView } from './events/event.ts'

/** Every kind that is served: by group, then by plural. */
export const kinds: readonly KindDef[] = [
  configMap,
  endpoints,
  event,
  namespace,
  node,
  pod,
  secret,
  serviceAccount,
  service,
  lease,
  eventView,
]

/** The kind that a path names. */
export const findResource = (group: string, version: string, plural: string): KindDef | undefined =>
  kinds.find((kind) => kind.group === group && kind.version === version && kind.plural === plural)

/** The kind that an object says it is, by its apiVersion and kind. */
export const findKind = (apiVersion: string, name: string): KindDef | undefined =>
  kinds.find((kind) => kind.apiVersion === apiVersion && kind.kind === name)
