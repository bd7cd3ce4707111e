import { admissionregistrationKinds } from './admissionregistration/index.ts'
import { apiextensionsKinds } from './apiextensions/index.ts'
import { apiregistrationKinds } from './apiregistration/index.ts'
import { appsKinds } from './apps/index.ts'
import { authenticationKinds } from './authentication/index.ts'
import { authorizationKinds } from './authorization/index.ts'
import { autoscalingKinds } from './autoscaling/index.ts'
import { batchKinds } from './batch/index.ts'
import { certificatesKinds } from './certificates/index.ts'
import { lease } from './coordination/lease.ts'
import { coreKinds } from './core/index.ts'
import type { KindDef } from './define.ts'
import { discoveryKinds } from './discovery/index.ts'
import { eventView } from './events/event.ts'
import { flowcontrolKinds } from './flowcontrol/index.ts'
import { networkingKinds } from './networking/index.ts'
import { nodeKinds } from './node/index.ts'
import { policyKinds } from './policy/index.ts'
import { rbacKinds } from './rbac/index.ts'
import { resourceKinds } from './resource/index.ts'
import { schedulingKinds } from './scheduling/index.ts'
import { storageKinds } from './storage/index.ts'

/** Every kind that is served, in the order of the groups in discovery. */
export const kinds: readonly KindDef[] = [
  ...coreKinds,
  ...apiregistrationKinds,
  ...appsKinds,
  eventView,
  ...authenticationKinds,
  ...authorizationKinds,
  ...autoscalingKinds,
  ...batchKinds,
  ...certificatesKinds,
  ...networkingKinds,
  ...policyKinds,
  ...rbacKinds,
  ...storageKinds,
  ...admissionregistrationKinds,
  ...apiextensionsKinds,
  ...schedulingKinds,
  lease,
  ...nodeKinds,
  ...discoveryKinds,
  ...resourceKinds,
  ...flowcontrolKinds,
]

/** The kind that a path names. */
export const findResource = (group: string, version: string, plural: string): KindDef | undefined =>
  kinds.find((kind) => kind.group === group && kind.version === version && kind.plural === plural)

/** The kind that an object says it is, by its apiVersion and kind. */
export const findKind = (apiVersion: string, name: string): KindDef | undefined =>
  kinds.find((kind) => kind.apiVersion === apiVersion && kind.kind === name)
