import type { KindDef } from '../define.ts'
import { binding } from './binding.ts'
import { componentStatus } from './component-status.ts'
import { configMap } from './config-map.ts'
import { endpoints } from './endpoints.ts'
import { event } from './event.ts'
import { namespace } from './namespace.ts'
import { node } from './node.ts'
import { pod } from './pod/index.ts'
import { secret } from './secret.ts'
import { service } from './service.ts'
import { serviceAccount } from './service-account.ts'

/** The kinds of the core group. */
export const coreKinds: readonly KindDef[] = [
  binding,
  componentStatus,
  configMap,
  endpoints,
  event,
  namespace,
  node,
  pod,
  secret,
  serviceAccount,
  service,
]
